package io.cofferdam.examples.bank;

import io.cofferdam.Outcome;
import java.time.Duration;
import java.util.Map;

/**
 * What the clients of one run know.
 *
 * @param elapsed from the first submit to the last answer
 * @param submitted transactions submitted
 * @param answered answers that came, second answers to the same transaction included
 * @param answers the answers by transaction id
 * @param kills workers killed that were busy when they were chosen
 * @param killsInCommit how many of them had been seen in the middle of a commit
 * @param respawns worker processes that were started in place of others
 * @param busyOnAverage workers that were busy on average while transactions were submitted
 */
record RunResult(
    Duration elapsed,
    long submitted,
    long answered,
    Map<Long, Answer> answers,
    long kills,
    long killsInCommit,
    long respawns,
    double busyOnAverage) {

  /** Returns how many clients noticed anything. */
  long touched() {
    return answers.values().stream().filter(Answer::touched).count();
  }

  /** Returns how many transactions ended so, as their clients were told. */
  long count(Outcome outcome) {
    return answers.values().stream().filter(answer -> answer.outcome() == outcome).count();
  }
}
