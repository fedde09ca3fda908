package io.cofferdam.benchmarks.report;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Contestants that were measured in turn under the same conditions, over several rounds. */
public final class Section {

  private final String title;
  private final List<Metric> metrics;
  private final List<Row> rows;
  private final String positions;
  private final List<Map<String, Sample>> rounds = new CopyOnWriteArrayList<>();

  /**
   * @param title what is measured, under which conditions
   * @param metrics what is shown, in this order
   * @param rows the contestants, in the order of the table
   */
  public Section(String title, List<Metric> metrics, List<Row> rows) {
    this(title, metrics, rows, "workers or connections");
  }

  /**
   * @param title what is measured, under which conditions
   * @param metrics what is shown, in this order
   * @param rows the contestants, in the order of the table
   * @param positions what the position of a row counts
   */
  public Section(String title, List<Metric> metrics, List<Row> rows, String positions) {
    this.positions = positions;
    this.title = title;
    this.metrics = List.copyOf(metrics);
    this.rows = List.copyOf(rows);
  }

  /**
   * Adds what one round gave.
   *
   * @param samples the sample of each contestant, by its name
   */
  public void add(Map<String, Sample> samples) {
    rounds.add(Map.copyOf(samples));
  }

  String title() {
    return title;
  }

  String positions() {
    return positions;
  }

  List<Metric> metrics() {
    return metrics;
  }

  List<Row> rows() {
    return rows;
  }

  /** Returns the samples of each round so far, by the names of the contestants. */
  public List<Map<String, Sample>> rounds() {
    return Collections.unmodifiableList(rounds);
  }

  /** Returns what a contestant has reached; empty if the metric was never measured for it. */
  public Optional<Spread> spread(String contestant, Metric metric) {
    return Spread.of(rounds.stream().flatMap(round -> value(round, contestant, metric).stream()));
  }

  /** Returns a contestant's values divided by a reference's in the same round. */
  public Optional<Spread> ratio(String contestant, String reference, Metric metric) {
    return Spread.of(
        rounds.stream()
            .flatMap(
                round ->
                    value(round, reference, metric)
                        .filter(base -> base != 0)
                        .flatMap(
                            base -> value(round, contestant, metric).map(value -> value / base))
                        .stream()));
  }

  /** Returns a contestant's values less those of another one in the same round. */
  public Optional<Spread> difference(String contestant, String other, Metric metric) {
    return Spread.of(
        rounds.stream()
            .flatMap(
                round ->
                    value(round, other, metric)
                        .flatMap(
                            less -> value(round, contestant, metric).map(value -> value - less))
                        .stream()));
  }

  private static Optional<Double> value(
      Map<String, Sample> round, String contestant, Metric metric) {
    return Optional.ofNullable(round.get(contestant)).map(sample -> sample.values().get(metric));
  }
}
