package io.cofferdam.benchmarks.workers;

import io.cofferdam.benchmarks.compare.LoadMetrics;
import io.cofferdam.benchmarks.contestant.ContestantSpec;
import io.cofferdam.benchmarks.report.Metric;
import io.cofferdam.benchmarks.report.Section;
import io.cofferdam.benchmarks.report.Spread;
import java.util.Comparator;

/**
 * What a sweep found out about a load.
 *
 * @param sweep who was measured
 * @param load under which load
 * @param section what each reached
 */
record SweepResult(Sweep sweep, SweepLoad load, Section section) {

  /** Returns the median of a metric that was measured. */
  double median(ContestantSpec spec, Metric metric) {
    return section
        .spread(spec.label(), metric)
        .map(Spread::median)
        .orElseThrow(() -> new IllegalStateException(metric.name() + " was not measured"));
  }

  /** Returns the number of workers that did the most, by the medians. */
  ContestantSpec best() {
    return sweep.fixed().stream()
        .max(Comparator.comparingDouble(spec -> median(spec, LoadMetrics.THROUGHPUT)))
        .orElseThrow();
  }

  /** Returns the throughput as a share of that of the best in the same round: the median. */
  double share(ContestantSpec spec) {
    return section
        .ratio(spec.label(), best().label(), LoadMetrics.THROUGHPUT)
        .map(Spread::median)
        .orElseThrow();
  }

  /**
   * Returns the fewest workers that are as good as enough.
   *
   * @param share the share of the best that is enough
   */
  ContestantSpec fewest(double share) {
    return sweep.fixed().stream().filter(spec -> share(spec) >= share).findFirst().orElseThrow();
  }
}
