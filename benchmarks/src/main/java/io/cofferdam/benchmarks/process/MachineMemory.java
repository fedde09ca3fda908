package io.cofferdam.benchmarks.process;

import io.cofferdam.testkit.process.ProcFiles;
import java.nio.file.Path;

/**
 * The memory of this machine, of which a quarter is to stay available: from how much it has lost
 * since it was first looked at follows how much more it bears. Not thread-safe.
 */
public final class MachineMemory {

  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final double RESERVED = 0.25;

  private final double reserved = bytes("MemTotal:") * RESERVED;
  private final double first = bytes("MemAvailable:");

  /**
   * Returns whether there is enough for more of the same, each of which takes as much as those that
   * there are. Without any yet, looks only whether the reserve is there.
   *
   * @param now how many there are
   * @param then how many there will be
   */
  public boolean bears(int now, int then) {
    double available = bytes("MemAvailable:");
    double each = now == 0 ? 0 : Math.max(first - available, 0) / now;
    return available - each * (then - now) >= reserved;
  }

  private static long bytes(String name) {
    return ProcFiles.read(MEMINFO)
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1_024)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the kernel does not tell " + name));
  }
}
