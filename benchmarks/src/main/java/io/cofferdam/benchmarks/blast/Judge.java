package io.cofferdam.benchmarks.blast;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Derives what a fault took from the clients: compares what they were told with the history. */
final class Judge {

  private static final double SECOND = 1e9;

  private final Observation seen;
  private final List<Event> starts = new ArrayList<>();
  private final Map<Long, Event> answers = new HashMap<>();
  private final Map<Long, Integer> history = new HashMap<>();
  private int victim = -1;

  private Judge(Observation seen) {
    this.seen = seen;
    for (Event event : seen.events()) {
      if (event.kind().isAnswer()) {
        answers.put(event.transaction(), event);
      } else {
        starts.add(event);
      }
      if (event.kind() == Event.Kind.STARTED_FAULTY) {
        victim = event.client();
      }
    }
    seen.history().forEach(id -> history.merge(id, 1, Integer::sum));
  }

  /**
   * Returns what the fault took.
   *
   * @throws IllegalStateException if something had failed before
   */
  static BlastResult judge(Observation seen) {
    Judge judge = new Judge(seen);
    judge.requireNoEarlierFailure();
    return new BlastResult(judge.losses(), judge.recovery(), seen.ended());
  }

  private void requireNoEarlierFailure() {
    answers.values().stream()
        .filter(answer -> answer.nanos() < seen.strikeNanos())
        .filter(answer -> answer.kind() != Event.Kind.COMMITTED)
        .findFirst()
        .ifPresent(
            answer -> {
              throw new IllegalStateException("a transaction failed before the fault: " + answer);
            });
  }

  private BlastResult.Losses losses() {
    int inFlight = 0;
    Map<Event.Kind, Integer> failures = new HashMap<>();
    Set<Integer> clients = new HashSet<>();
    int unanswered = 0;
    int unansweredCommitted = 0;
    int wrong = 0;
    for (Event start : starts) {
      Event answer = answers.get(start.transaction());
      int found = history.getOrDefault(start.transaction(), 0);
      if (start.nanos() <= seen.strikeNanos()
          && (answer == null || answer.nanos() > seen.strikeNanos())) {
        inFlight++;
      }
      if (answer == null) {
        unanswered++;
        unansweredCommitted += Math.min(found, 1);
      } else {
        failures.merge(answer.kind(), 1, Integer::sum);
      }
      if (answer == null || answer.kind() != Event.Kind.COMMITTED) {
        clients.add(start.client());
      }
      if (isWrong(answer, found)) {
        wrong++;
      }
    }
    return new BlastResult.Losses(
        inFlight,
        clients.size(),
        failures.getOrDefault(Event.Kind.ROLLED_BACK, 0)
            + failures.getOrDefault(Event.Kind.NOT_STARTED, 0),
        failures.getOrDefault(Event.Kind.UNKNOWN, 0),
        unanswered,
        unansweredCommitted,
        wrong);
  }

  private static boolean isWrong(@Nullable Event answer, int found) {
    if (found > 1) {
      return true;
    }
    if (answer == null) {
      return false;
    }
    return switch (answer.kind()) {
      case COMMITTED -> found == 0;
      case ROLLED_BACK, NOT_STARTED -> found > 0;
      case UNKNOWN, STARTED, STARTED_FAULTY -> false;
    };
  }

  private BlastResult.Recovery recovery() {
    long[] commits =
        answers.values().stream()
            .filter(answer -> answer.kind() == Event.Kind.COMMITTED && answer.client() != victim)
            .mapToLong(Event::nanos)
            .sorted()
            .toArray();
    long window = seen.rateWindow().toNanos();
    return new BlastResult.Recovery(
        longestGap(commits),
        (seen.endNanos() - seen.strikeNanos()) / SECOND,
        rate(commits, seen.strikeNanos() - window, seen.strikeNanos()),
        rate(commits, seen.endNanos() - window, seen.endNanos()));
  }

  private double longestGap(long[] commits) {
    long last = seen.strikeNanos();
    long longest = 0;
    for (long commit : commits) {
      if (commit > seen.strikeNanos() && commit <= seen.endNanos()) {
        longest = Math.max(longest, commit - last);
        last = commit;
      }
    }
    return Math.max(longest, seen.endNanos() - last) / SECOND;
  }

  private static double rate(long[] commits, long from, long to) {
    return LongStream.of(commits).filter(commit -> commit > from && commit <= to).count()
        * SECOND
        / (to - from);
  }
}
