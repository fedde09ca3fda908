package io.cofferdam.benchmarks.blast;

import io.cofferdam.benchmarks.run.RunOptions;
import io.cofferdam.testkit.tpcb.TpcBTables;
import java.time.Duration;
import java.util.List;

/**
 * How big everything is, and how long it takes.
 *
 * @param accounts how many accounts the database has
 * @param clients how many clients an application process has
 * @param processes how many processes there are if each client has one
 * @param rateWindow how long throughput is counted, before the fault and at the end
 * @param timeout the time limit of Cofferdam's transactions
 * @param quiet how long nothing is answered until the rest is given up
 * @param jvmFlags what the application's JVM is started with
 */
record BlastPlan(
    int accounts,
    int clients,
    int processes,
    Duration rateWindow,
    Duration timeout,
    Duration quiet,
    List<String> jvmFlags) {

  /** What the kernel lets an application have on top of what it uses, until it kills. */
  static final long ROOM_BYTES = 1L << 30;

  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  BlastPlan {
    jvmFlags = List.copyOf(jvmFlags);
  }

  static BlastPlan of(RunOptions run, BlastOptions options) {
    if (run.quick()) {
      return new BlastPlan(
          1_000,
          options.clients(run),
          options.processes(run),
          Duration.ofMillis(300),
          TIMEOUT,
          Duration.ofMillis(500),
          List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m"));
    }
    return new BlastPlan(
        TpcBTables.ACCOUNTS,
        options.clients(run),
        options.processes(run),
        Duration.ofSeconds(3),
        TIMEOUT,
        Duration.ofSeconds(5),
        List.of("-Xmx1g"));
  }

  /** Returns how long the application runs on after a fault. */
  Duration after(Fault fault) {
    return switch (fault) {
      case SEGFAULT, NATIVE_STACK, NATIVE_LEAK -> rateWindow.multipliedBy(3);
      case HEAP -> rateWindow.multipliedBy(4);
      case ENDLESS_LOOP, ENDLESS_LOOP_FIRST -> timeout.plus(rateWindow.multipliedBy(2));
    };
  }
}
