package io.cofferdam.benchmarks.run;

import io.cofferdam.benchmarks.report.Sample;
import io.cofferdam.benchmarks.report.Section;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures contestants in rounds. Each round measures each of them once, in an order that rotates
 * from round to round; the first rounds warm up and do not count.
 */
public final class Rounds {

  private final int warmUps;
  private final int rounds;

  /** Takes the numbers of rounds from the options. */
  public Rounds(RunOptions options) {
    this.warmUps = options.warmUps();
    this.rounds = options.rounds();
  }

  /** How one contestant is measured once. */
  @FunctionalInterface
  public interface Measurement {
    /**
     * Returns its sample.
     *
     * @param warmUp whether it will not count
     */
    Sample take(boolean warmUp) throws Exception;
  }

  /**
   * Measures, and adds each round to the section.
   *
   * @param contestants how each contestant of the section is measured, by its name
   */
  public void run(Section section, Map<String, Measurement> contestants) throws Exception {
    List<Map.Entry<String, Measurement>> order = List.copyOf(contestants.entrySet());
    for (int round = 1 - warmUps; round <= rounds; round++) {
      Map<String, Sample> samples = new LinkedHashMap<>();
      for (int i = 0; i < order.size(); i++) {
        Map.Entry<String, Measurement> next = order.get(Math.floorMod(round + i, order.size()));
        String name = next.getKey();
        Sample sample = next.getValue().take(round <= 0);
        System.err.printf(
            "%-9s %-40s %s%n", round > 0 ? "round " + round : "warm-up", name, sample);
        samples.put(name, sample);
      }
      if (round > 0) {
        section.add(samples);
      }
    }
  }
}
