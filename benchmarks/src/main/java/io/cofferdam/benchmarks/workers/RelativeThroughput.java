package io.cofferdam.benchmarks.workers;

import io.cofferdam.benchmarks.compare.LoadMetrics;
import io.cofferdam.benchmarks.contestant.ContestantSpec;
import io.cofferdam.benchmarks.report.Metric;
import io.cofferdam.benchmarks.report.Row;
import io.cofferdam.benchmarks.report.Sample;
import io.cofferdam.benchmarks.report.Section;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sweeps of all loads on one scale: each throughput as a share of the best of its load. */
final class RelativeThroughput {

  private static final Metric SHARE = new Metric("throughput / best", "", 2, true);

  private RelativeThroughput() {}

  /** Returns a section with a series for each load, whose rounds are theirs. */
  static Section section(List<SweepResult> results) {
    List<Row> rows = new ArrayList<>();
    for (SweepResult result : results) {
      for (ContestantSpec spec : result.sweep().fixed()) {
        rows.add(new Row(name(result, spec), List.of(), result.load().title(), spec.connections()));
      }
    }
    Section section = new Section("Workers: all loads", List.of(SHARE), rows, "workers");
    int rounds = results.get(0).section().rounds().size();
    for (int round = 0; round < rounds; round++) {
      Map<String, Sample> samples = new LinkedHashMap<>();
      for (SweepResult result : results) {
        addRound(samples, result, result.section().rounds().get(round));
      }
      section.add(samples);
    }
    return section;
  }

  private static void addRound(
      Map<String, Sample> samples, SweepResult result, Map<String, Sample> round) {
    double best = throughput(round, result.best());
    for (ContestantSpec spec : result.sweep().fixed()) {
      samples.put(name(result, spec), new Sample(Map.of(SHARE, throughput(round, spec) / best)));
    }
  }

  private static double throughput(Map<String, Sample> round, ContestantSpec spec) {
    return Optional.ofNullable(round.get(spec.label()))
        .map(sample -> sample.values().get(LoadMetrics.THROUGHPUT))
        .orElseThrow();
  }

  private static String name(SweepResult result, ContestantSpec spec) {
    return "%s, workers: %d".formatted(result.load().title(), spec.connections());
  }
}
