package io.cofferdam.benchmarks.blast;

import io.cofferdam.benchmarks.run.Waiting;
import io.cofferdam.testkit.process.ProcFiles;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A control group below that of this process, with a limit of the memory that its processes and
 * their descendants may use together. Closing it removes it, for which its processes have to have
 * ended.
 */
final class MemoryGroup implements AutoCloseable {

  private static final Path MOUNTS = Path.of("/sys/fs/cgroup");
  private static final String MEMBERS = "cgroup.procs";

  private final Path directory;
  private final Path limit;
  private final Path usage;
  private final Thread remover = new Thread(this::killAndRemove, "remove-memory-group");

  private MemoryGroup(Path directory, String limit, String usage) {
    this.directory = directory;
    this.limit = directory.resolve(limit);
    this.usage = directory.resolve(usage);
  }

  /**
   * Makes one.
   *
   * @throws IOException if this machine, or the rights that this process has, do not allow that
   */
  static MemoryGroup create() throws IOException {
    String name = "cofferdam-blast-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    List<String> own = Files.readAllLines(Path.of("/proc/self/cgroup"));
    for (String line : own) {
      String[] parts = line.split(":", 3);
      if (List.of(parts[1].split(",", -1)).contains("memory")) {
        Path parent = MOUNTS.resolve("memory" + parts[2]);
        return new MemoryGroup(
                parent.resolve(name), "memory.limit_in_bytes", "memory.usage_in_bytes")
            .made();
      }
    }
    for (String line : own) {
      if (line.startsWith("0::/")) {
        Path parent = MOUNTS.resolve(line.substring("0::/".length()));
        return new MemoryGroup(parent.resolve(name), "memory.max", "memory.current").made();
      }
    }
    throw new IOException("there are no control groups");
  }

  private MemoryGroup made() throws IOException {
    Files.createDirectory(directory);
    Runtime.getRuntime().addShutdownHook(remover);
    if (!Files.isWritable(limit)) {
      close();
      throw new FileSystemException(limit.toString(), null, "memory cannot be limited there");
    }
    return this;
  }

  /** Moves a process here, which has no descendants yet. */
  void add(long pid) throws IOException {
    Files.writeString(directory.resolve(MEMBERS), Long.toString(pid));
  }

  /** Sets the limit to what is used now and so much more. */
  void allowMore(long bytes) throws IOException {
    long used = Long.parseLong(Files.readString(usage).trim());
    Files.writeString(limit, Long.toString(used + bytes));
  }

  @Override
  public void close() {
    Waiting.until("the end of all processes in " + directory, this::isRemoved);
    try {
      Runtime.getRuntime().removeShutdownHook(remover);
    } catch (IllegalStateException e) {
      return; // This JVM is ending, and the hook finds nothing to do.
    }
  }

  /** The kernel removes a group only when nothing is in it any more. */
  private boolean isRemoved() {
    try {
      Files.deleteIfExists(directory);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void killAndRemove() {
    Waiting.until("the end of all processes in " + directory, this::isRemovedOrKilled);
  }

  private boolean isRemovedOrKilled() {
    if (isRemoved()) {
      return true;
    }
    ProcFiles.read(directory.resolve(MEMBERS))
        .lines()
        .map(Long::valueOf)
        .map(ProcessHandle::of)
        .flatMap(Optional::stream)
        .forEach(ProcessHandle::destroyForcibly);
    return false;
  }
}
