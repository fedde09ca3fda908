package io.cofferdam.benchmarks.report;

import java.util.List;

/**
 * A contestant's place in a section.
 *
 * @param contestant its name
 * @param references the names of those that it is compared with
 * @param series the name that it shares with those who differ only in their position
 * @param position where it is in its series, such as its number of workers; 0 if it is alone
 */
public record Row(String contestant, List<String> references, String series, int position) {

  public Row {
    references = List.copyOf(references);
  }

  /** Returns the row of a contestant that is alone in its series. */
  public static Row of(String contestant, List<String> references) {
    return new Row(contestant, references, contestant, 0);
  }
}
