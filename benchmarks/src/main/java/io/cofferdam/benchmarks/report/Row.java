package io.cofferdam.benchmarks.report;

import java.util.List;

/**
 * A contestant's place in a section.
 *
 * @param contestant its name
 * @param references the names of those that it is compared with
 */
public record Row(String contestant, List<String> references) {

  public Row {
    references = List.copyOf(references);
  }
}
