package io.cofferdam.examples.bank;

import com.google.common.collect.ImmutableSortedMultiset;
import com.google.common.collect.Ordering;
import io.cofferdam.Outcome;
import io.cofferdam.testkit.tpcb.TpcBState;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** Prints how the run ended and what the audit says. */
final class Report {

  private final PrintStream out;

  Report(PrintStream out) {
    this.out = out;
  }

  void print(RunResult run, TpcBState bank, List<String> reasons) {
    out.println();
    row("transactions submitted", run.submitted(), "");
    row("answered", run.answered(), "");
    row("  committed", run.count(Outcome.COMMITTED), perSecond(run));
    row("  rolled back", run.count(Outcome.ROLLED_BACK), "");
    row("  not started", run.count(Outcome.NOT_STARTED), "");
    row("  unknown", run.count(Outcome.UNKNOWN), inHistory(run, bank));
    row("in the history", bank.historyIds().size(), "");
    out.println();
    row("busy workers killed", run.kills(), "");
    row("  of these seen in a commit", run.killsInCommit(), "");
    row("workers respawned", run.respawns(), "");
    row("busy workers on average", String.format(Locale.ROOT, "%.1f", run.busyOnAverage()));
    row("callers touched", run.touched(), "");
    for (var kind : failures(run).entrySet()) {
      row("  " + kind.getElement(), kind.getCount(), "");
    }
    out.println();
    row("sum of the history", bank.historySum(), "");
    row("sum of the branches", bank.branchSum(), "");
    row("sum of the tellers", bank.tellerSum(), "");
    row("sum of the accounts", bank.accountSum(), "");
    out.println();
    out.println(reasons.isEmpty() ? "AUDIT PASSED" : "AUDIT FAILED: " + String.join("; ", reasons));
  }

  private void row(String what, String text) {
    out.println(String.format(Locale.ROOT, "%-48s %16s", what, text));
  }

  private void row(String what, long number, String remark) {
    out.println(
        String.format(Locale.ROOT, "%-48s %,16d  %s", what, number, remark).stripTrailing());
  }

  private static String perSecond(RunResult run) {
    double seconds = run.elapsed().toNanos() / 1e9;
    return String.format(Locale.ROOT, "%,.0f per second", run.count(Outcome.COMMITTED) / seconds);
  }

  private static String inHistory(RunResult run, TpcBState bank) {
    long unknown = Audit.unknownInHistory(run, bank);
    return unknown == 0 ? "" : unknown + " of them in the history";
  }

  private static ImmutableSortedMultiset<String> failures(RunResult run) {
    return run.answers().values().stream()
        .filter(answer -> answer.failure() != null)
        .map(answer -> answer.failure() + ", " + answer.outcome())
        .collect(ImmutableSortedMultiset.toImmutableSortedMultiset(Ordering.natural()));
  }
}
