package io.cofferdam.internal.executor;

import io.cofferdam.internal.config.ExecutorConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns when the control group (cgroup v2) would not survive what the executor may need. */
final class HostMemory {

  private static final Logger log = LoggerFactory.getLogger(HostMemory.class);
  private static final long BESIDE_HEAP = 64L << 20;

  private HostMemory() {}

  static void warnIfShort(ExecutorConfig config) {
    warnIfShort(config, Path.of("/proc/self/cgroup"), Path.of("/sys/fs/cgroup"));
  }

  static void warnIfShort(ExecutorConfig config, Path membership, Path root) {
    Optional<Path> group = group(membership, root);
    if (group.isEmpty()) {
      return;
    }
    read(group.get().resolve("memory.oom.group"))
        .filter("1"::equals)
        .ifPresent(
            set ->
                log.warn(
                    "memory.oom.group is 1 in {}: when memory runs out, the kernel will end the"
                        + " application with its workers instead of one worker",
                    group.get()));
    long needed = config.size().processes() * (config.workerJvm().maxHeap() + BESIDE_HEAP);
    read(group.get().resolve("memory.max"))
        .filter(limit -> !limit.equals("max"))
        .map(Long::parseLong)
        .filter(limit -> limit < needed)
        .ifPresent(
            limit ->
                log.warn(
                    "the workers may need {} MiB, but memory.max of {} is {} MiB; set fewer workers"
                        + " or a smaller workerMaxHeap",
                    needed >> 20,
                    group.get(),
                    limit >> 20));
  }

  private static Optional<Path> group(Path membership, Path root) {
    return read(membership)
        .filter(line -> line.startsWith("0::/"))
        .map(line -> root.resolve(line.substring("0::/".length())));
  }

  private static Optional<String> read(Path file) {
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(file).trim());
    } catch (IOException e) {
      log.debug("{} cannot be read", file, e);
      return Optional.empty();
    }
  }
}
