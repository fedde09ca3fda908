package io.cofferdam.benchmarks;

import io.cofferdam.OutcomeTracking;
import io.cofferdam.testkit.database.Durability;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Measures what it costs to know the outcome: on PostgreSQL the kinds of {@link OutcomeTracking},
 * on MariaDB the savepoint around each transaction.
 *
 * <pre>{@code
 * mvn -q -B -DskipTests package && java -cp benchmarks/target/benchmarks.jar io.cofferdam.benchmarks.TrackingBenchmark
 * }</pre>
 *
 * <p>The load is TPC-B at scale 10. On PostgreSQL three executors run it, one for each kind, with
 * four clients for each worker; on MariaDB it runs over plain JDBC, with as many connections as
 * there are workers, with and without the savepoint. All are open at once and measured in turn: see
 * {@link Contest}. A cost is the median of what is lost in each round, beside the base in that
 * round; where the middle half of the rounds lies tells how far to trust it. An argument, {@code
 * postgresql} or {@code mariadb}, runs one part alone.
 *
 * <p>System properties: {@code rounds} (25), {@code warmUps}, the rounds before them that do not
 * count (8: each worker is a JVM that has to compile its code), {@code seconds} per measurement
 * (2), {@code workers} (6), {@code durable} (true): false turns off what makes commits survive a
 * power failure, so that the disk is not in the figures. The databases lie in {@code
 * java.io.tmpdir}; in a file system in memory durability costs nothing.
 */
public final class TrackingBenchmark {

  private static final int WARM_UPS = Integer.getInteger("warmUps", 8);
  private static final int ROUNDS = Integer.getInteger("rounds", 25);
  private static final int SECONDS = Integer.getInteger("seconds", 2);
  private static final int WORKERS = Integer.getInteger("workers", 6);
  private static final Durability DURABILITY =
      Boolean.parseBoolean(System.getProperty("durable", "true"))
          ? Durability.POWER_LOSS
          : Durability.SERVER_DEATH;

  private static final double TRANSACTION_ID_TARGET_PERCENT = 6;
  private static final double LEDGER_TARGET_PERCENT = 5;

  private static final Contest CONTEST = new Contest(WARM_UPS, ROUNDS, Duration.ofSeconds(SECONDS));

  private TrackingBenchmark() {}

  /** Runs the benchmark and prints its tables. */
  public static void main(String[] args) throws Exception {
    List<String> parts = args.length == 0 ? List.of("postgresql", "mariadb") : List.of(args);
    for (String part : parts) {
      switch (part) {
        case "postgresql" -> compareTracking();
        case "mariadb" -> compareSavepoint();
        default -> throw new IllegalArgumentException("neither postgresql nor mariadb: " + part);
      }
    }
  }

  private static void compareTracking() throws Exception {
    try (TpcBDatabase database = TpcBDatabase.postgres(DURABILITY);
        TrackedExecutor none = new TrackedExecutor(database, OutcomeTracking.NONE, WORKERS);
        TrackedExecutor transactionId =
            new TrackedExecutor(database, OutcomeTracking.TRANSACTION_ID, WORKERS);
        TrackedExecutor ledger = new TrackedExecutor(database, OutcomeTracking.LEDGER, WORKERS)) {
      System.out.printf("%nPostgreSQL, TPC-B, %d workers; %s%n%n", WORKERS, database.durability());
      List<Comparison> results = CONTEST.run(List.of(none, transactionId, ledger));
      printTitle();
      printBase(none, results.get(0));
      print(transactionId, results.get(1), target(results.get(1), TRANSACTION_ID_TARGET_PERCENT));
      print(ledger, results.get(2), target(results.get(2), LEDGER_TARGET_PERCENT));
    }
  }

  private static void compareSavepoint() throws Exception {
    try (TpcBDatabase database = TpcBDatabase.mariaDb(DURABILITY);
        SavepointSessions without = new SavepointSessions(database, false, WORKERS);
        SavepointSessions with = new SavepointSessions(database, true, WORKERS)) {
      System.out.printf("%nMariaDB, TPC-B, %d connections; %s%n%n", WORKERS, database.durability());
      List<Comparison> results = CONTEST.run(List.of(without, with));
      printTitle();
      printBase(without, results.get(0));
      print(with, results.get(1), "");
    }
  }

  private static void printTitle() {
    System.out.printf("%nmedians of %d rounds of %d s%n%n", ROUNDS, SECONDS);
    System.out.printf(
        "%-16s %12s %10s   %s%n", "", "per second", "cost", "middle half of the rounds");
  }

  private static void printBase(Contest.Entrant entrant, Comparison comparison) {
    System.out.printf(Locale.ROOT, "%-16s %,12.0f%n", entrant.name(), comparison.base());
  }

  private static void print(Contest.Entrant entrant, Comparison comparison, String target) {
    String range =
        String.format(
            Locale.ROOT,
            "%.1f to %.1f %%",
            costPercent(comparison.upperQuartile()),
            costPercent(comparison.lowerQuartile()));
    System.out.printf(
        Locale.ROOT,
        "%-16s %,12.0f %8.1f %%   %-26s %s%n",
        entrant.name(),
        comparison.other(),
        costPercent(comparison.ratio()),
        range,
        target);
  }

  private static String target(Comparison comparison, double percent) {
    String met = costPercent(comparison.ratio()) <= percent ? "met" : "missed";
    return String.format(Locale.ROOT, "target %.0f %%: %s", percent, met);
  }

  private static double costPercent(double ratio) {
    return (1 - ratio) * 100;
  }
}
