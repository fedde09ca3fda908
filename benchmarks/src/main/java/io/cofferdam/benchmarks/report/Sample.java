package io.cofferdam.benchmarks.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * What one measurement of one contestant gave.
 *
 * @param values the value of each metric that was measured
 */
public record Sample(Map<Metric, Double> values) {

  public Sample {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** Returns a copy with a further value. */
  public Sample and(Metric metric, double value) {
    Map<Metric, Double> all = new LinkedHashMap<>(values);
    all.put(metric, value);
    return new Sample(all);
  }

  /** Returns all values in a line. */
  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(", ");
    values.forEach(
        (metric, value) ->
            text.add(
                String.format(
                    Locale.ROOT, "%s %,." + metric.decimals() + "f", metric.name(), value)));
    return text.toString();
  }
}
