package io.cofferdam.benchmarks.compare;

import io.cofferdam.benchmarks.contestant.ContestantSpec;
import io.cofferdam.benchmarks.contestant.Way;
import io.cofferdam.benchmarks.report.Row;
import io.cofferdam.benchmarks.variant.Variant;
import java.util.ArrayList;
import java.util.List;

/** Everybody who is compared, with their rows in the report. */
public final class Entries {

  private final List<ContestantSpec> specs;
  private final List<Variant> variants;
  private final List<Row> rows;

  private Entries(List<ContestantSpec> specs, List<Variant> variants, List<Row> rows) {
    this.specs = List.copyOf(specs);
    this.variants = List.copyOf(variants);
    this.rows = List.copyOf(rows);
  }

  /**
   * Returns each way with each number of connections, and Cofferdam's in each variant. Each number
   * is a position in a series. A contestant is compared with those in front of it that have as many
   * connections, and get to the database in another way without Cofferdam, or in the same way with
   * the first variant.
   */
  static Entries cross(List<Way> ways, List<Integer> connections, List<Variant> variants) {
    List<ContestantSpec> specs = new ArrayList<>();
    for (int each : connections) {
      for (Way way : ways) {
        List<Variant> kinds = way.tracking() == null ? List.of(Variant.OWN) : variants;
        kinds.forEach(variant -> specs.add(ContestantSpec.of(way, each, variant)));
      }
    }
    String first = variants.get(0).label();
    List<Row> rows =
        specs.stream()
            .map(
                spec ->
                    new Row(
                        spec.label(),
                        references(specs, spec, first),
                        spec.series(),
                        spec.connections()))
            .toList();
    return new Entries(specs, variants, rows);
  }

  /**
   * Returns contestants that have nothing in common but the load; each is compared with the first.
   *
   * @param variants those that occur
   */
  public static Entries of(List<ContestantSpec> specs, List<Variant> variants) {
    String first = specs.get(0).label();
    List<Row> rows =
        specs.stream()
            .map(ContestantSpec::label)
            .map(label -> Row.of(label, label.equals(first) ? List.of() : List.of(first)))
            .toList();
    return new Entries(specs, variants, rows);
  }

  private static List<String> references(
      List<ContestantSpec> specs, ContestantSpec spec, String firstVariant) {
    return specs.subList(0, specs.indexOf(spec)).stream()
        .filter(other -> other.connections() == spec.connections())
        .filter(
            other ->
                other.way().tracking() == null
                    || (other.way() == spec.way() && other.variant().equals(firstVariant)))
        .map(ContestantSpec::label)
        .toList();
  }

  /** Returns the contestants. */
  public List<ContestantSpec> specs() {
    return specs;
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
    return rows;
  }
}
