package io.cofferdam.benchmarks.compare;

import io.cofferdam.benchmarks.contestant.ContestantSpec;
import io.cofferdam.benchmarks.contestant.Way;
import io.cofferdam.benchmarks.report.Row;
import io.cofferdam.benchmarks.variant.Variant;
import java.util.ArrayList;
import java.util.List;

/**
 * Everybody who is compared: each way with each number of connections, and Cofferdam's in each
 * variant.
 */
final class Entries {

  private final List<Variant> variants;
  private final List<ContestantSpec> specs = new ArrayList<>();

  Entries(List<Way> ways, List<Integer> connections, List<Variant> variants) {
    this.variants = List.copyOf(variants);
    for (int each : connections) {
      for (Way way : ways) {
        if (way.tracking() == null) {
          specs.add(new ContestantSpec(way, each, "", List.of()));
        } else {
          variants.forEach(
              variant ->
                  specs.add(new ContestantSpec(way, each, variant.label(), variant.settings())));
        }
      }
    }
  }

  List<ContestantSpec> specs() {
    return List.copyOf(specs);
  }

  /** Returns which variant a contestant is of. */
  Variant variant(ContestantSpec spec) {
    return variants.stream()
        .filter(each -> spec.way().tracking() != null && each.label().equals(spec.variant()))
        .findFirst()
        .orElse(Variant.OWN);
  }

  /** Returns the rows of a report. */
  List<Row> rows() {
    return specs.stream()
        .map(spec -> new Row(spec.label(), references(spec), spec.series(), spec.connections()))
        .toList();
  }

  /**
   * Returns what a contestant is compared with: those in front of it that have as many connections,
   * and get to the database in another way without Cofferdam, or in the same way with the first
   * variant.
   */
  private List<String> references(ContestantSpec spec) {
    String first = variants.get(0).label();
    return specs.subList(0, specs.indexOf(spec)).stream()
        .filter(other -> other.connections() == spec.connections())
        .filter(
            other ->
                other.way().tracking() == null
                    || (other.way() == spec.way() && other.variant().equals(first)))
        .map(ContestantSpec::label)
        .toList();
  }
}
