package io.cofferdam.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Measures the throughput of several entrants in rounds. Each round measures each of them once, in
 * an order that rotates from round to round; the first rounds warm up and do not count.
 */
final class Contest {

  private final int warmUps;
  private final int rounds;
  private final Duration measurement;

  /**
   * @param warmUps how many rounds come first and do not count
   * @param rounds how many rounds count
   * @param measurement how long each entrant is measured in each round
   */
  Contest(int warmUps, int rounds, Duration measurement) {
    this.warmUps = warmUps;
    this.rounds = rounds;
    this.measurement = measurement;
  }

  /** What is measured: something that has a throughput. */
  interface Entrant {

    String name();

    /** Makes the database as it is before every measurement. */
    void prepare() throws Exception;

    double perSecond(Duration duration) throws Exception;
  }

  /** Compares each entrant with the first of them, and prints the figures of each round. */
  List<Comparison> run(List<? extends Entrant> entrants) throws Exception {
    List<Comparison> comparisons = entrants.stream().map(entrant -> new Comparison()).toList();
    printRound("per second", entrants.stream().map(Entrant::name).toList());
    for (int round = 1 - warmUps; round <= rounds; round++) {
      List<Double> figures = measure(entrants, round);
      printRound(
          round > 0 ? "round " + round : "warm-up",
          figures.stream().map(each -> String.format(Locale.ROOT, "%,.0f", each)).toList());
      if (round > 0) {
        IntStream.range(0, entrants.size())
            .forEach(i -> comparisons.get(i).add(figures.get(0), figures.get(i)));
      }
    }
    return comparisons;
  }

  private List<Double> measure(List<? extends Entrant> entrants, int round) throws Exception {
    Double[] figures = new Double[entrants.size()];
    for (int i = 0; i < figures.length; i++) {
      int next = Math.floorMod(round + i, figures.length);
      entrants.get(next).prepare();
      figures[next] = entrants.get(next).perSecond(measurement);
    }
    return List.of(figures);
  }

  private static void printRound(String title, List<String> columns) {
    StringBuilder line = new StringBuilder(String.format("%-12s", title));
    columns.forEach(column -> line.append(String.format("%20s", column)));
    System.out.println(line);
  }
}
