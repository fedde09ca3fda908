package io.cofferdam.benchmarks.contestant;

import io.cofferdam.benchmarks.variant.Variant;
import java.util.List;

/**
 * What a contestant is.
 *
 * @param way how it gets to the database
 * @param connections how many connections it has there
 * @param variant the label of its core and settings; empty if there is one variant only
 * @param settings values for the executor's builder, as {@code method=value}
 */
public record ContestantSpec(Way way, int connections, String variant, List<String> settings) {

  /** Returns a contestant that has a variant only if it is Cofferdam. */
  public static ContestantSpec of(Way way, int connections, Variant variant) {
    return way.tracking() == null
        ? new ContestantSpec(way, connections, "", List.of())
        : new ContestantSpec(way, connections, variant.label(), variant.settings());
  }

  public ContestantSpec {
    settings = List.copyOf(settings);
  }

  /** Returns its name in reports. */
  public String label() {
    return way.product() + "(" + connections + ")" + suffix();
  }

  /** Returns the name that it shares with those which differ in their connections only. */
  public String series() {
    return way.product() + suffix();
  }

  private String suffix() {
    return (way.tracking() == null ? "" : " " + way.tracking())
        + (variant.isEmpty() ? "" : " " + variant);
  }
}
