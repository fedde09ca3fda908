package io.cofferdam.benchmarks.compare;

import java.util.List;

/**
 * What a contestant is.
 *
 * @param way how it gets to the database
 * @param connections how many connections it has there
 * @param variant the label of its core and settings; empty if there is one variant only
 * @param settings values for the executor's builder, as {@code method=value}
 */
record ContestantSpec(Way way, int connections, String variant, List<String> settings) {

  ContestantSpec {
    settings = List.copyOf(settings);
  }

  /** Returns its name in reports. */
  String label() {
    String tracking = way.tracking() == null ? "" : " " + way.tracking();
    String suffix = variant.isEmpty() ? "" : " " + variant;
    return "%s(%d)%s%s".formatted(way.product(), connections, tracking, suffix);
  }
}
