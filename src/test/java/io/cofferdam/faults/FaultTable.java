package io.cofferdam.faults;

import io.cofferdam.Outcome;
import io.cofferdam.internal.worker.failpoint.Failpoint;
import io.cofferdam.testkit.database.DatabaseKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the cells of the fault matrix showed, as Markdown. */
final class FaultTable {

  private static final String NOBODY = "unnoticed";

  private record Subject(DatabaseKind database, Tracking tracking) {}

  private final Map<FaultCell, Outcome> told = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  /** Notes what the touched caller of a cell was told, COMMITTED if there was none. */
  void add(FaultCell cell, Outcome outcome) {
    told.put(cell, outcome);
  }

  String toMarkdown() {
    Set<Subject> subjects = new LinkedHashSet<>();
    told.keySet().forEach(cell -> subjects.add(new Subject(cell.database(), cell.tracking())));
    StringBuilder text = new StringBuilder();
    for (Subject subject : subjects) {
      text.append("**")
          .append(subject.database())
          .append(", `")
          .append(subject.tracking())
          .append("`**\n\n")
          .append(tableOf(subject))
          .append('\n');
    }
    for (int i = 0; i < notes.size(); i++) {
      text.append(i + 1).append(". ").append(notes.get(i)).append('\n');
    }
    return text.toString();
  }

  private String tableOf(Subject subject) {
    StringBuilder text = new StringBuilder();
    text.append(row("", Fault::title)).append("|---".repeat(1 + Fault.values().length) + "|\n");
    for (Failpoint point : Failpoint.values()) {
      Function<Fault, FaultCell> cell =
          fault -> new FaultCell(subject.database(), subject.tracking(), point, fault);
      if (Arrays.stream(Fault.values()).map(cell).anyMatch(told::containsKey)) {
        text.append(row(titleOf(point), cell.andThen(this::content)));
      }
    }
    return text.toString();
  }

  private static String titleOf(Failpoint point) {
    return point.toString().replace('_', ' ').toLowerCase(Locale.ROOT).replace("commit", "COMMIT");
  }

  private static String row(String name, Function<Fault, String> content) {
    return Arrays.stream(Fault.values())
        .map(content)
        .collect(Collectors.joining(" | ", "| " + name + " | ", " |\n"));
  }

  private String content(FaultCell cell) {
    Optional<String> inapplicable = cell.inapplicable();
    if (inapplicable.isPresent()) {
      return "none (" + numberOf(inapplicable.get()) + ")";
    }
    Outcome outcome = told.get(cell);
    return outcome == null ? "" : outcome == Outcome.COMMITTED ? NOBODY : "`" + outcome + "`";
  }

  private int numberOf(String note) {
    if (!notes.contains(note)) {
      notes.add(note);
    }
    return notes.indexOf(note) + 1;
  }
}
