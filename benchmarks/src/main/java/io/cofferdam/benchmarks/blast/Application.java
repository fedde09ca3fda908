package io.cofferdam.benchmarks.blast;

import io.cofferdam.benchmarks.process.ChildJvm;
import io.cofferdam.benchmarks.run.Waiting;
import io.cofferdam.testkit.process.ProcFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.commons.io.FileUtils;

/**
 * The processes of an application, seen from the program that has something go wrong in one of
 * them. Closing it kills them and their descendants, of which some survive an application that was
 * killed. Used by one thread.
 */
final class Application implements AutoCloseable {

  private final Path directory =
      Files.createTempDirectory(
          "blast-",
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
  private final List<ChildJvm> jvms = new ArrayList<>();
  private final List<ProcessHandle> processes = new ArrayList<>();
  private final List<Path> logs = new ArrayList<>();
  private final Set<ProcessHandle> descendants = new LinkedHashSet<>();
  private final Thread killer = new Thread(this::killAndDelete, "kill-application");

  Application() throws IOException {
    Runtime.getRuntime().addShutdownHook(killer);
  }

  /**
   * Returns a directory for all that the application leaves behind. PgBouncer, which is another
   * user's process if this is root's, may read there.
   */
  Path directory() {
    return directory;
  }

  /** Returns the file for the time of the fault. */
  Path mark() {
    return directory.resolve("mark");
  }

  /** Returns the file for what the clients of a process see. */
  Path log(int firstClient) {
    Path log = directory.resolve("events-" + firstClient);
    logs.add(log);
    return log;
  }

  /** Adds a process that has just been started. */
  void add(ChildJvm jvm) {
    jvms.add(jvm);
    processes.add(ProcessHandle.of(jvm.pid()).orElseThrow());
  }

  /** Returns when the clients could start. */
  void awaitReady() throws IOException {
    for (ChildJvm jvm : jvms) {
      jvm.expect(BlastMain.READY);
    }
    noteDescendants();
  }

  /** Has all processes do something. */
  void tell(BlastMain.Command command) {
    jvms.forEach(jvm -> jvm.send(command.name()));
  }

  /** Has the first process run one transaction, and returns when it is committed. */
  void serveOne() throws IOException {
    jvms.get(0).send(BlastMain.Command.SERVE.name());
    jvms.get(0).expect(BlastMain.SERVED);
  }

  /** Has a transaction of the first process go wrong, and returns when it does. */
  long strike() {
    noteDescendants();
    jvms.get(0).send(BlastMain.Command.STRIKE.name());
    Waiting.until("the fault", () -> marked().endsWith("\n") || dead() == jvms.size());
    return Long.parseLong(marked().trim());
  }

  private String marked() {
    return ProcFiles.read(mark());
  }

  /** Returns when the last process has ended; empty if that takes longer. */
  Optional<Long> awaitEnd(Duration atMost) throws InterruptedException {
    CompletableFuture<?>[] ends =
        processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new);
    try {
      return Optional.of(
          CompletableFuture.allOf(ends)
              .thenApply(none -> System.nanoTime())
              .get(atMost.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns how many of the application's processes have ended. */
  int dead() {
    return (int) processes.stream().filter(process -> !process.isAlive()).count();
  }

  /** Returns what the clients have seen so far. */
  List<Event> events() {
    List<Event> events = new ArrayList<>();
    try {
      for (Path log : logs) {
        events.addAll(EventLog.read(log));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return events;
  }

  /** Kills all processes. */
  void kill() {
    noteDescendants();
    processes.forEach(ProcessHandle::destroyForcibly);
    descendants.forEach(ProcessHandle::destroyForcibly);
  }

  /** They are looked for while their parents live; later nothing shows whose they were. */
  private void noteDescendants() {
    processes.stream().flatMap(ProcessHandle::descendants).forEach(descendants::add);
  }

  @Override
  public void close() {
    kill();
    jvms.forEach(ChildJvm::close);
    try {
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (IllegalStateException e) {
      return; // This JVM is ending, and the hook has nothing left to do.
    }
    FileUtils.deleteQuietly(directory.toFile());
  }

  private void killAndDelete() {
    kill();
    FileUtils.deleteQuietly(directory.toFile());
  }
}
