package io.cofferdam.faults;

import io.cofferdam.internal.boot.WorkerProgram;
import io.cofferdam.internal.worker.failpoint.Failpoint;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What a test of the fault matrix and its workers tell each other, in files of a directory: one
 * fault is armed at a time, and the first worker to come to the place takes it, so that no other
 * fails, nor the one that replaces it.
 */
record FaultFiles(String directory) implements Serializable {

  /** The worker that a fault has happened to. */
  record Hit(String worker, long pid) {}

  /** Forgets what was said about the fault before, and arms one. */
  void arm(Failpoint point, Fault fault) {
    try {
      for (String name : new String[] {"hit", "struck", "go"}) {
        Files.deleteIfExists(file(name));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    write("armed", point + " " + fault);
  }

  /** Takes back what is armed; false if a worker has taken it. */
  boolean disarm() {
    try {
      return Files.deleteIfExists(file("armed"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the fault that is armed for this place, or null. */
  @Nullable Fault armedAt(Failpoint point) {
    String text = read("armed");
    return text != null && text.startsWith(point + " ")
        ? Fault.valueOf(text.substring(text.indexOf(' ') + 1))
        : null;
  }

  /** Takes the fault that is armed; only one process gets it. */
  boolean take() {
    try {
      Files.move(
          file("armed"),
          file("taken-" + ProcessHandle.current().pid()),
          StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return true;
  }

  /** Notes that the fault is about to happen to this process. */
  void hit() {
    write("hit", ProcessHandle.current().pid() + " " + WorkerProgram.thisWorker());
  }

  /** Returns the worker that the fault has happened to, or is about to. */
  Optional<Hit> whoWasHit() {
    String text = read("hit");
    if (text == null) {
      return Optional.empty();
    }
    int space = text.indexOf(' ');
    return Optional.of(
        new Hit(text.substring(space + 1), Long.parseLong(text.substring(0, space))));
  }

  /** Notes that the fault has happened and the process lives on. */
  void struck() {
    write("struck", "");
  }

  boolean hasStruck() {
    return Files.exists(file("struck"));
  }

  /** Lets the worker go on that waits in {@link #awaitGo}. */
  void go() {
    write("go", "");
  }

  void awaitGo() {
    await("go");
  }

  /** Lets a task return that waits in {@link #awaitReturn}. */
  void letReturn(int task) {
    write("return-" + task, "");
  }

  void awaitReturn(int task) {
    await("return-" + task);
  }

  /** Makes the next commit wait just before it is called. */
  void holdCommit() {
    write("hold", "");
  }

  /** Tells whether a commit waits because of {@link #holdCommit}. */
  boolean holdsCommit() {
    return Files.exists(file("held"));
  }

  void letCommit() {
    try {
      Files.deleteIfExists(file("hold"));
      Files.deleteIfExists(file("held"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void awaitCommit() {
    if (Files.exists(file("hold"))) {
      write("held", "");
      while (Files.exists(file("hold"))) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
    }
  }

  /** Notes in which session of the server a task runs, by the process that runs it. */
  void session(int task, long session) {
    write("session-of-process-" + ProcessHandle.current().pid(), Long.toString(session));
    write("session-of-task-" + task, Long.toString(session));
  }

  /** Returns the session of the task that a process has run last. */
  Optional<Long> sessionOfProcess(long pid) {
    return Optional.ofNullable(read("session-of-process-" + pid)).map(Long::valueOf);
  }

  Optional<Long> sessionOfTask(int task) {
    return Optional.ofNullable(read("session-of-task-" + task)).map(Long::valueOf);
  }

  /** Notes that a task begins, in this process. */
  void begins(int task) {
    try {
      Files.writeString(
          file("task-" + task),
          ProcessHandle.current().pid() + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns how often a task has begun. */
  long beginnings(int task) {
    String text = read("task-" + task);
    return text == null ? 0 : text.lines().count();
  }

  private void await(String name) {
    while (!Files.exists(file(name))) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  private Path file(String name) {
    return Path.of(directory, name);
  }

  /** Writes a file that is whole as soon as it is there. */
  private void write(String name, String text) {
    try {
      Path whole = file(name + "-of-" + ProcessHandle.current().pid());
      Files.writeString(whole, text);
      Files.move(whole, file(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IllegalStateException(directory + " cannot be used", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private @Nullable String read(String name) {
    try {
      return Files.readString(file(name));
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
