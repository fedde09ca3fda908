package io.cofferdam.examples.bank;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import io.cofferdam.Outcome;
import io.cofferdam.OutcomeTracking;
import io.cofferdam.testkit.tpcb.TpcBState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Compares what the clients were told with what the database holds. */
final class Audit {

  private Audit() {}

  /** Returns every reason to fail the run; none if all clients were told the truth. */
  static List<String> judge(RunResult run, TpcBState bank, OutcomeTracking tracking) {
    List<String> reasons = new ArrayList<>();
    judgeCounts(run, reasons);
    judgeUnknown(run, tracking, reasons);
    judgeHistory(run.answers(), HashMultiset.create(bank.historyIds()), reasons);
    reasons.addAll(bank.imbalances());
    return reasons;
  }

  private static void judgeCounts(RunResult run, List<String> reasons) {
    if (run.answered() != run.submitted() || run.answers().size() != run.submitted()) {
      reasons.add(
          "%,d transactions were submitted, but %,d answers came, to %,d of them"
              .formatted(run.submitted(), run.answered(), run.answers().size()));
    }
    if (run.touched() > run.kills()) {
      reasons.add("%,d callers were touched by %,d kills".formatted(run.touched(), run.kills()));
    }
  }

  private static void judgeUnknown(RunResult run, OutcomeTracking tracking, List<String> reasons) {
    long unknown =
        run.answers().values().stream()
            .filter(answer -> answer.outcome() == Outcome.UNKNOWN)
            .count();
    if (unknown > 0 && tracking != OutcomeTracking.NONE) {
      reasons.add(
          "%,d outcomes are unknown, though commits are tracked by %s"
              .formatted(unknown, tracking));
    }
  }

  private static void judgeHistory(
      Map<Long, Answer> answers, Multiset<Long> history, List<String> reasons) {
    Set<Long> ids = new TreeSet<>(answers.keySet());
    ids.addAll(history.elementSet());
    Map<String, List<Long>> wrong = new TreeMap<>();
    for (Long id : ids) {
      String fault = fault(answers.get(id), history.count(id));
      if (fault != null) {
        wrong.computeIfAbsent(fault, any -> new ArrayList<>()).add(id);
      }
    }
    wrong.forEach(
        (fault, faulty) ->
            reasons.add(
                "%s: %,d, the first with id %d".formatted(fault, faulty.size(), faulty.get(0))));
  }

  private static @Nullable String fault(@Nullable Answer answer, int timesInHistory) {
    if (timesInHistory > 1) {
      return "more than once in the history";
    }
    boolean present = timesInHistory == 1;
    if (answer == null) {
      return present ? "in the history without an answer" : null;
    }
    return switch (answer.outcome()) {
      case COMMITTED -> present ? null : "acknowledged but not in the history";
      case ROLLED_BACK -> present ? "reported as rolled back but in the history" : null;
      case NOT_STARTED -> present ? "reported as not started but in the history" : null;
      case UNKNOWN -> null;
    };
  }

  /** Returns how many of the transactions with an unknown outcome are in the history. */
  static long unknownInHistory(RunResult run, TpcBState bank) {
    return bank.historyIds().stream()
        .map(run.answers()::get)
        .filter(answer -> answer != null && answer.outcome() == Outcome.UNKNOWN)
        .count();
  }
}
