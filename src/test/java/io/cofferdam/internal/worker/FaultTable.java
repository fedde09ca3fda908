package io.cofferdam.internal.worker;

import io.cofferdam.Outcome;
import io.cofferdam.testing.DatabaseKind;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the cells of the fault matrix showed, as Markdown. */
final class FaultTable {

  private static final String NOBODY = "unnoticed";

  private record Heading(DatabaseKind database, Tracking tracking) {}

  private final Map<FaultCell, Outcome> told = new LinkedHashMap<>();

  /** Notes what the touched caller of a cell was told, COMMITTED if there was none. */
  void add(FaultCell cell, Outcome outcome) {
    told.put(cell, outcome);
  }

  String toMarkdown() {
    Set<Heading> headings = new LinkedHashSet<>();
    told.keySet().forEach(cell -> headings.add(new Heading(cell.database(), cell.tracking())));
    Set<String> notes = new LinkedHashSet<>();
    String tables =
        headings.stream().map(heading -> table(heading, notes)).collect(Collectors.joining("\n"));
    int number = 0;
    StringBuilder text = new StringBuilder(tables);
    for (String note : notes) {
      text.append(number++ == 0 ? "\n" : "").append(number).append(". ").append(note).append('\n');
    }
    return text.toString();
  }

  private String table(Heading heading, Set<String> notes) {
    StringBuilder text = new StringBuilder();
    text.append("**")
        .append(heading.database())
        .append(", ")
        .append(heading.tracking())
        .append("**\n\n|");
    text.append(row(" ", fault -> fault.title()));
    text.append("|---".repeat(Fault.values().length + 1)).append("|\n");
    for (Failpoint point : Failpoint.values()) {
      boolean any =
          told.keySet().stream()
              .anyMatch(
                  cell ->
                      cell.point() == point
                          && cell.database() == heading.database()
                          && cell.tracking() == heading.tracking());
      if (any) {
        String name = point.toString().replace('_', ' ').toLowerCase(Locale.ROOT);
        text.append('|')
            .append(
                row(
                    name.replace("commit", "COMMIT"),
                    fault ->
                        content(
                            new FaultCell(heading.database(), heading.tracking(), point, fault),
                            notes)));
      }
    }
    return text.toString();
  }

  private static String row(String name, java.util.function.Function<Fault, String> content) {
    return Arrays.stream(Fault.values())
        .map(content)
        .collect(Collectors.joining(" | ", " " + name + " | ", " |\n"));
  }

  private String content(FaultCell cell, Set<String> notes) {
    Optional<String> inapplicable = cell.inapplicable();
    if (inapplicable.isPresent()) {
      notes.add("No such cell: " + inapplicable.get() + ".");
      return "none ("
          + (notes.stream().toList().indexOf("No such cell: " + inapplicable.get() + ".") + 1)
          + ")";
    }
    Outcome outcome = told.get(cell);
    return outcome == null ? "" : outcome == Outcome.COMMITTED ? NOBODY : "`" + outcome + "`";
  }
}
