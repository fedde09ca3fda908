package io.cofferdam.benchmarks.compare;

import io.cofferdam.benchmarks.contestant.ContestantSpec;
import io.cofferdam.benchmarks.run.BenchmarkDatabase;
import io.cofferdam.testkit.database.DatabaseKind;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The databases that the contestants use: of each kind one at most, beside each other. */
public final class Databases {

  private final Map<DatabaseKind, BenchmarkDatabase> byKind;

  /** Takes running ones; who has started them closes them. */
  public Databases(BenchmarkDatabase... running) {
    byKind =
        List.of(running).stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    database -> database.address().kind(), Function.identity()));
  }

  /** Returns the one that a contestant uses. */
  BenchmarkDatabase of(ContestantSpec spec) {
    BenchmarkDatabase database = byKind.get(spec.way().database());
    if (database == null) {
      throw new IllegalArgumentException(
          spec.label() + " needs a " + spec.way().database() + ", which does not run here");
    }
    return database;
  }
}
