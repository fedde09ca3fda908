package io.cofferdam.internal.process;

import io.cofferdam.internal.log.Log;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The classes of an executor's workers in the form in which a JVM maps them (class data sharing),
 * which takes a third of the processor time from a start and shares the memory. The first worker
 * writes down which classes it loads, and a process of its own makes the archive of them, in the
 * background, once. It is used from the private directory, no longer than that is the very
 * directory in which it was made; or from the {@link ArchiveCache}, where the next executor finds
 * it.
 *
 * <p>It is an improvement and no condition: where it cannot be made, workers start without it.
 *
 * <p>Thread-safe.
 */
public final class ClassArchive implements Closeable {

  private static final Log log = Log.of(ClassArchive.class);

  /** The first transactions' classes are to be in the archive, too. */
  private static final long FIRST_TASKS_MILLIS = 1_000;

  private static final long PATIENCE_SECONDS = 120;

  private static final String USE = "-XX:SharedArchiveFile=";
  private static final String RECORDED = "classes.list";
  private static final String UNFINISHED = "classes.unfinished";
  private static final String ARCHIVE = "classes.jsa";

  private final String name;
  private final WorkerCommand command;
  private final PrivateDirectory directory;
  private final Launcher.Starter starter;
  private final @Nullable ArchiveCache cache;

  private boolean possible;
  private boolean lookedUp;
  private @Nullable Path recorded;
  private @Nullable Made made;
  private @Nullable Thread maker;

  /**
   * An archive as it was when it was made. Workers run as the user whose it is, and one that has
   * gone wrong may put anything in its place, even what a JVM waits for when it opens it.
   */
  private record Made(Path path, @Nullable Object key, long size, FileTime changed) {

    static Made of(Path path) throws IOException {
      BasicFileAttributes now = regularFile(path);
      return new Made(path, now.fileKey(), now.size(), now.lastModifiedTime());
    }

    Made movedTo(Path target) {
      return new Made(target, key, size, changed);
    }

    boolean isUnchanged() {
      try {
        return of(path).equals(this);
      } catch (IOException e) {
        log.debug("the class archive {} is not used", path, e);
        return false;
      }
    }
  }

  /**
   * Prepares the archive of an executor, where the workers' command allows for one.
   *
   * @param cache where archives outlive the application, or null if nowhere
   */
  ClassArchive(
      String name,
      WorkerCommand command,
      PrivateDirectory directory,
      Launcher.Starter starter,
      @Nullable ArchiveCache cache) {
    this.name = name;
    this.command = command;
    this.directory = directory;
    this.starter = starter;
    this.cache = cache;
    possible = command.mayShareClasses();
  }

  /** Returns whether a worker with these JVM arguments uses an archive. */
  static boolean isUsed(List<String> arguments) {
    return arguments.stream().anyMatch(argument -> argument.startsWith(USE));
  }

  /**
   * Returns the JVM arguments with which the next worker uses the archive, or helps to make it.
   *
   * @param home the private directory, as it is now
   */
  synchronized List<String> arguments(Path home) {
    if (!possible) {
      return List.of();
    }
    lookUp();
    Made archive = made;
    if (archive != null) {
      return isTrusted(archive, home) && archive.isUnchanged()
          ? List.of(USE + archive.path(), command.noWordOfSharing())
          : List.of();
    }
    if (recorded == null) {
      recorded = home.resolve(RECORDED);
      return List.of("-XX:DumpLoadedClassList=" + recorded);
    }
    return List.of();
  }

  private void lookUp() {
    if (lookedUp || cache == null) {
      return;
    }
    lookedUp = true;
    Path found = cache.find();
    if (found != null) {
      try {
        made = Made.of(found);
        log.debug("{}: workers start with the class archive {}", name, found);
      } catch (IOException e) {
        log.debug("{}: the class archive {} is not used", name, found, e);
      }
    }
  }

  private boolean isTrusted(Made archive, Path home) {
    return home.equals(archive.path().getParent()) || isKept(archive);
  }

  private boolean isKept(Made archive) {
    return cache != null && cache.holds(archive.path()) && cache.isTrusted();
  }

  /**
   * Makes the archive in the background, when it is its turn among the starts of workers. To be
   * called when a worker is ready; only the first call counts.
   */
  public synchronized void make(Permits startPermits) {
    if (!possible || recorded == null || maker != null) {
      return;
    }
    Path list = recorded;
    Thread thread = new Thread(() -> makeInTurn(startPermits, list), name + "-class-archive");
    thread.setDaemon(true);
    try {
      thread.start();
      maker = thread;
    } catch (OutOfMemoryError e) {
      possible = false;
      log.info("{}: workers start without a class archive: {}", name, e.toString());
    }
  }

  /** Uses the archive no more: a worker that had it did not start, for whatever reason. */
  public synchronized void distrust() {
    Made archive = made;
    if (possible && archive != null) {
      possible = false;
      if (cache != null && isKept(archive)) {
        cache.remove(archive.path());
      }
      log.info(
          "{}: a worker did not start, so the next ones start without the class archive", name);
    }
  }

  /** Stops making the archive. */
  @Override
  public void close() {
    Thread thread;
    synchronized (this) {
      possible = false;
      thread = maker;
    }
    boolean interrupted = false;
    while (thread != null && thread.isAlive()) {
      thread.interrupt();
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void makeInTurn(Permits startPermits, Path list) {
    try {
      TimeUnit.MILLISECONDS.sleep(FIRST_TASKS_MILLIS);
      awaitPermit(startPermits);
      try {
        make(list);
      } finally {
        startPermits.release();
      }
    } catch (InterruptedException e) {
      log.debug("{} is closing, so its class archive is not made", name);
    } catch (IOException | RuntimeException e) {
      log.info("{}: workers start without a class archive: {}", name, e.toString());
    }
  }

  private static void awaitPermit(Permits permits) throws InterruptedException {
    CountDownLatch granted = new CountDownLatch(1);
    Permits.Waiter turn = granted::countDown;
    if (permits.takeOrWait(turn)) {
      return;
    }
    try {
      granted.await();
    } catch (InterruptedException e) {
      if (!permits.withdraw(turn)) {
        permits.release();
      }
      throw e;
    }
  }

  private void make(Path list) throws IOException, InterruptedException {
    Path home = directory.path();
    if (!home.equals(list.getParent())) {
      throw new IOException(list + " is gone");
    }
    BasicFileAttributes unused = regularFile(list);
    Path unfinished = home.resolve(UNFINISHED);
    try {
      run(command.buildArchive(home, list, unfinished));
      Made finished = Made.of(unfinished);
      Path archive = home.resolve(ARCHIVE);
      // A worker may start between these two steps: the file that it is told of is not there yet,
      // so it starts without the archive.
      synchronized (this) {
        made = finished.movedTo(archive);
      }
      Files.move(unfinished, archive, StandardCopyOption.ATOMIC_MOVE);
      keep(archive);
      log.debug("{}: workers start with the class archive {} from now on", name, archive);
    } finally {
      Files.deleteIfExists(unfinished);
      Files.deleteIfExists(WorkerCommand.argumentFile(unfinished));
    }
  }

  /** Keeps it for the next executor, and uses what is kept, as that does. */
  private void keep(Path archive) {
    if (cache == null) {
      return;
    }
    try {
      Made kept = Made.of(cache.keep(archive));
      synchronized (this) {
        made = kept;
      }
      Files.deleteIfExists(archive);
    } catch (IOException e) {
      log.debug("{}: the class archive is not kept", name, e);
    }
  }

  private static BasicFileAttributes regularFile(Path path) throws IOException {
    BasicFileAttributes found =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!found.isRegularFile()) {
      throw new IOException(path + " is no regular file");
    }
    return found;
  }

  private void run(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = starter.start(builder);
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("it was not made within " + PATIENCE_SECONDS + " seconds");
      }
      if (process.exitValue() != 0) {
        log.debug("{}: the class archive was to be made by {}", name, builder.command());
        throw new IOException("its process " + ExitStatus.of(process.exitValue()));
      }
    } finally {
      process.destroyForcibly();
    }
  }
}
