package io.cofferdam.benchmarks.report;

import java.util.List;

/**
 * What was derived from measurements, or found out besides, in words and numbers.
 *
 * @param title what it shows
 * @param text how it was found, in a sentence or two
 * @param columns the heads of the columns
 * @param rows the cells, a list for each row
 */
public record Table(String title, String text, List<String> columns, List<List<String>> rows) {

  public Table {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    int width = columns.size();
    if (rows.stream().anyMatch(row -> row.size() != width)) {
      throw new IllegalArgumentException("a row of '" + title + "' has not " + width + " cells");
    }
  }
}
