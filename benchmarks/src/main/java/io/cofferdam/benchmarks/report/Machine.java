package io.cofferdam.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where and when a report was made. */
final class Machine {

  private Machine() {}

  static Map<String, String> describe() {
    Map<String, String> found = new LinkedHashMap<>();
    found.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    found.put(
        "processors",
        Runtime.getRuntime().availableProcessors() + " of " + line("/proc/cpuinfo", "model name"));
    found.put("memory", line("/proc/meminfo", "MemTotal"));
    found.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    return found;
  }

  private static String line(String file, String name) {
    try {
      return Files.readString(Path.of(file))
          .lines()
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }
}
