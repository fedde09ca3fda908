package io.cofferdam.benchmarks.workers;

import io.cofferdam.benchmarks.compare.LoadMetrics;
import io.cofferdam.benchmarks.contestant.ContestantSpec;
import io.cofferdam.benchmarks.report.Numbers;
import io.cofferdam.benchmarks.report.Table;
import io.cofferdam.testkit.tpcb.TpcBTables;
import java.util.List;
import java.util.Optional;

/** What rules say about the number of workers, beside the number that was found to be enough. */
final class Sizing {

  /** The share of the best throughput that is enough. */
  private static final double ENOUGH = 0.97;

  private static final int LOW = 3;
  private static final int HIGH = 5;

  private final Sweep sweep;
  private final SweepResult result;

  private Sizing(SweepResult result) {
    this.sweep = result.sweep();
    this.result = result;
  }

  /** Returns the table of all loads. */
  static Table table(List<SweepResult> results) {
    Sweep sweep = results.get(0).sweep();
    return new Table(
        "Workers: rules and what was found",
        ("C is the processor time of a transaction with one worker, of the client side, the server"
                + " and the network between, which share the %1$d processors; S is the time of one"
                + " transaction then, 1 / throughput; W = S - C is the wait, below 0 if processes"
                + " compute at the same time. Enough are the fewest of the workers measured (%2$s)"
                + " that reach %3$.0f %% of the best; more than the most were not measured. Shares"
                + " are those of the best throughput of a fixed number, in the same round. Workers that run"
                + " TPC-B wait for each other at %4$d branches, too, whose locks are held over round"
                + " trips; one worker alone does not.")
            .formatted(sweep.cores(), sweep.numbers(), ENOUGH * 100, TpcBTables.BRANCHES),
        columns(sweep.cores()),
        results.stream().map(result -> new Sizing(result).row()).toList());
  }

  private static List<String> columns(int cores) {
    return List.of(
        "load",
        "C, ms",
        "S, ms",
        "W, ms",
        cores + " x (1 + W/C)",
        "enough",
        "best, 1/s",
        "share of %d x %d".formatted(cores, LOW),
        "share of %d x %d".formatted(cores, HIGH),
        "share of ADAPTIVE",
        "ADAPTIVE's choice");
  }

  private List<String> row() {
    ContestantSpec single = sweep.single();
    double compute = computeMillis(single);
    double whole = 1_000 / result.median(single, LoadMetrics.THROUGHPUT);
    double waits = whole - compute;
    return List.of(
        result.load().title(),
        Numbers.text(compute, 2),
        Numbers.text(whole, 2),
        Numbers.text(waits, 2),
        Numbers.text(sweep.cores() * (1 + waits / compute), 1),
        enough(),
        Numbers.text(result.median(result.best(), LoadMetrics.THROUGHPUT), 0),
        share(LOW),
        share(HIGH),
        Numbers.text(result.share(sweep.adaptive()), 2),
        Numbers.text(result.median(sweep.adaptive(), LoadMetrics.CONCURRENCY), 1));
  }

  private double computeMillis(ContestantSpec spec) {
    LoadMetrics metrics = SweepProcesses.METRICS;
    double micros =
        result.median(spec, metrics.clientCpu()) + result.median(spec, metrics.serverCpu());
    if (result.load().delayMillis() > 0) {
      micros += result.median(spec, metrics.networkCpu());
    }
    return micros / 1_000;
  }

  private String enough() {
    ContestantSpec fewest = result.fewest(ENOUGH);
    String workers = Integer.toString(fewest.connections());
    return fewest.equals(sweep.most()) ? workers + " or more" : workers;
  }

  private String share(int perCore) {
    Optional<ContestantSpec> spec = sweep.withWorkers(perCore * sweep.cores());
    return spec.isPresent() ? Numbers.text(result.share(spec.get()), 2) : "not measured";
  }
}
