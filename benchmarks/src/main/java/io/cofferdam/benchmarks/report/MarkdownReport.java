package io.cofferdam.benchmarks.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Stream;

/** The tables of a report. */
final class MarkdownReport {

  private static final int RATIO_DECIMALS = 2;

  private MarkdownReport() {}

  static String of(Report report, List<Path> charts) {
    StringJoiner text = new StringJoiner("\n");
    text.add("# " + report.title()).add("");
    text.add("| | |").add("|---|---|");
    report.settings().forEach((name, value) -> text.add(row(Stream.of(name, value))));
    text.add("").add("Medians, with the middle half of the rounds in brackets.");
    report.notes().forEach(note -> text.add("").add("**Note:** " + note));
    report.sections().forEach(section -> text.add("").add(section(section)));
    report.tables().forEach(table -> text.add("").add(table(table)));
    report.listings().forEach(listing -> text.add("").add(listing(listing)));
    charts.forEach(
        chart -> text.add("![%s](%s)".formatted(chart.getFileName(), chart.getFileName())).add(""));
    return text.toString();
  }

  /** Returns what was derived. */
  static String table(Table table) {
    StringJoiner text = new StringJoiner("\n");
    text.add("## " + table.title()).add("").add(table.text()).add("");
    text.add(row(table.columns().stream()));
    text.add("|---|" + String.join("", Collections.nCopies(table.columns().size() - 1, "---:|")));
    table.rows().forEach(cells -> text.add(row(cells.stream())));
    return text.add("").toString();
  }

  private static String listing(Listing listing) {
    return "## %s%n%n```%n%s%n```%n".formatted(listing.title(), listing.text().stripTrailing());
  }

  /** Returns the tables of a section: what was reached, and the ratios to the references. */
  static String section(Section section) {
    StringJoiner text = new StringJoiner("\n");
    text.add("## " + section.title()).add("");
    addTable(text, "", section.metrics(), Metric::title, values(section));
    List<List<String>> ratios = ratios(section);
    if (!ratios.isEmpty()) {
      text.add("");
      addTable(text, "divided, in the same round", section.metrics(), Metric::name, ratios);
    }
    return text.add("").toString();
  }

  /** Returns a row for each contestant that was measured at all. */
  private static List<List<String>> values(Section section) {
    List<List<String>> table = new ArrayList<>();
    for (Row row : section.rows()) {
      List<String> cells = new ArrayList<>(List.of(row.contestant()));
      for (Metric metric : section.metrics()) {
        cells.add(cell(section.spread(row.contestant(), metric), metric.decimals()));
      }
      if (cells.stream().skip(1).anyMatch(cell -> !cell.isEmpty())) {
        table.add(cells);
      }
    }
    return table;
  }

  private static List<List<String>> ratios(Section section) {
    List<List<String>> table = new ArrayList<>();
    for (Row row : section.rows()) {
      for (String reference : row.references()) {
        List<String> cells = new ArrayList<>(List.of(row.contestant() + " / " + reference));
        for (Metric metric : section.metrics()) {
          cells.add(cell(section.ratio(row.contestant(), reference, metric), RATIO_DECIMALS));
        }
        table.add(cells);
      }
    }
    return table;
  }

  private static void addTable(
      StringJoiner text,
      String corner,
      List<Metric> metrics,
      java.util.function.Function<Metric, String> heading,
      List<List<String>> table) {
    text.add(row(Stream.concat(Stream.of(corner), metrics.stream().map(heading))));
    text.add("|---|" + String.join("", Collections.nCopies(metrics.size(), "---:|")));
    table.forEach(cells -> text.add(row(cells.stream())));
  }

  private static String row(Stream<String> cells) {
    StringJoiner row = new StringJoiner(" | ", "| ", " |");
    cells.forEach(row::add);
    return row.toString();
  }

  private static String cell(Optional<Spread> spread, int decimals) {
    return spread.map(each -> each.text(decimals)).orElse("");
  }
}
