package io.cofferdam.benchmarks.connections;

import com.sun.management.UnixOperatingSystemMXBean;
import io.cofferdam.benchmarks.process.MachineMemory;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/** Whether this machine bears more connections to one server. Not thread-safe. */
final class MachineLimits {

  /** How many files this process opens besides connections. */
  private static final int OTHER_FILES = 100;

  private final MachineMemory memory = new MachineMemory();

  /**
   * Returns what there is not enough of; empty if there is.
   *
   * @param now how many connections there are
   * @param then how many there will be
   */
  Optional<String> missing(int now, int then) {
    if (!memory.bears(now, then)) {
      return Optional.of("less than a quarter of the memory would be left");
    }
    UnixOperatingSystemMXBean system =
        (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long files = system.getOpenFileDescriptorCount() + then - now + OTHER_FILES;
    if (files > system.getMaxFileDescriptorCount()) {
      return Optional.of(
          "this process may have %,d files open at most"
              .formatted(system.getMaxFileDescriptorCount()));
    }
    return Optional.empty();
  }
}
