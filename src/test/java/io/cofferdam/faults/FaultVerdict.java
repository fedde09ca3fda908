package io.cofferdam.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cofferdam.CommitFailedException;
import io.cofferdam.ExecutorSnapshot;
import io.cofferdam.Outcome;
import io.cofferdam.TransactionException;
import io.cofferdam.WorkerCrashedException;
import io.cofferdam.testkit.database.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/** The oracle of one cell: collects what callers were told, and compares it with the ledger. */
final class FaultVerdict {

  /**
   * What a caller was told.
   *
   * @param workerLives whether the worker still lived of which it was told that it had died
   */
  private record Answer(@Nullable String result, @Nullable Throwable failure, boolean workerLives) {

    Outcome outcome() {
      return failure == null ? Outcome.COMMITTED : Outcome.of(failure);
    }

    /** Leaves out the padding of the result. */
    @Override
    public String toString() {
      return outcome()
          + " by "
          + (failure == null ? String.valueOf(result).replaceAll("x+$", "") : failure);
    }
  }

  private final FaultCell cell;
  private final FaultFiles files;
  private final long touchedBefore;
  private final Set<Integer> submitted = new ConcurrentSkipListSet<>();
  private final Map<Integer, Answer> answers = new ConcurrentHashMap<>();
  private @Nullable ExecutorSnapshot beforeClose;

  FaultVerdict(FaultCell cell, FaultFiles files, long touchedBefore) {
    this.cell = cell;
    this.files = files;
    this.touchedBefore = touchedBefore;
  }

  /** Notes a task and waits for its answer in the background. */
  void submitted(int id, CompletableFuture<String> future) {
    submitted.add(id);
    var unused =
        future.whenComplete(
            (result, failure) -> {
              Throwable cause =
                  failure instanceof CompletionException ? failure.getCause() : failure;
              Answer before =
                  answers.putIfAbsent(id, new Answer(result, cause, isToldOfTheLiving(cause)));
              assertThat(before).as("a second answer").isNull();
            });
  }

  /** Tells whether a death is reported while the process is still there. */
  private boolean isToldOfTheLiving(@Nullable Throwable failure) {
    if (failure instanceof WorkerCrashedException crash) {
      return FaultBench.isAlive(crash.crashReport().pid());
    }
    boolean stopped =
        failure instanceof TransactionException reported
            && !(reported instanceof CommitFailedException)
            && reported.outcome() != Outcome.NOT_STARTED
            && cell.fault() == Fault.STOPPED;
    return stopped && files.whoWasHit().map(hit -> FaultBench.isAlive(hit.pid())).orElse(false);
  }

  Set<Integer> ids() {
    return submitted;
  }

  boolean isAnswered(int id) {
    return answers.containsKey(id);
  }

  void awaitAnswers() {
    awaitAnswers(submitted);
  }

  void awaitAnswers(Collection<Integer> ids) {
    await(this + ": an answer to each task")
        .atMost(FaultBench.PATIENCE.multipliedBy(2))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> answers.keySet().containsAll(ids));
  }

  /** Tells whether a deadline that was meant for one task has hit others as well. */
  boolean othersWereLate() {
    return cell.endsByDeadline() && failed().size() > 1;
  }

  private List<Answer> failed() {
    return answers.values().stream().filter(answer -> answer.failure() != null).toList();
  }

  /** Notes what an executor said before it was closed, which is not there afterwards. */
  void snapshotBeforeClose(ExecutorSnapshot snapshot) {
    beforeClose = snapshot;
  }

  /**
   * Compares the answers with the ledger, once nothing changes any more.
   *
   * @return what the one was told who was touched, or COMMITTED
   */
  Outcome judge(Connection ledger, long touchedNow) throws SQLException {
    assertThat(answers.keySet()).as("%s: answers", this).isEqualTo(submitted);
    for (int id : submitted) {
      judge(id, Objects.requireNonNull(answers.get(id)), ledger);
    }
    List<Answer> failed = failed();
    if (!othersWereLate()) {
      assertThat(failed).as("%s: callers that noticed", this).hasSizeLessThanOrEqualTo(1);
      assertThat(cell.outcomesOfTheTouched())
          .as("%s: outcomes of %s", this, failed)
          .containsAll(failed.stream().map(Answer::outcome).toList());
    }
    long crashesTold =
        failed.stream()
            .filter(answer -> answer.failure() instanceof WorkerCrashedException)
            .count();
    long touched =
        (beforeClose == null ? touchedNow : beforeClose.callersTouched()) - touchedBefore;
    assertThat(touched).as("%s: callers touched", this).isEqualTo(crashesTold);
    return failed.isEmpty() ? Outcome.COMMITTED : failed.get(0).outcome();
  }

  private void judge(int id, Answer answer, Connection ledger) throws SQLException {
    String as = this + ": task " + id + ", told " + answer;
    long rows = Sql.number(ledger, "SELECT count(*) FROM ledger WHERE id = " + id);
    long whole =
        Sql.number(ledger, "SELECT count(*) FROM ledger WHERE work = 'whole' AND id = " + id);
    assertThat(whole).as("%s: whole rows", as).isEqualTo(rows);
    assertThat(files.beginnings(id)).as("%s: beginnings", as).isLessThanOrEqualTo(1);
    assertThat(answer.workerLives()).as("%s: the worker lives", as).isFalse();
    switch (answer.outcome()) {
      case COMMITTED -> assertThat(rows).as(as).isOne();
      case NOT_STARTED, ROLLED_BACK -> assertThat(rows).as(as).isZero();
      case UNKNOWN -> assertThat(rows).as(as).isBetween(0L, 1L);
    }
    judgeResolution(as, answer, rows);
    if (answer.failure() == null) {
      assertThat(answer.result()).as(as).isEqualTo(LedgerTask.resultOf(id));
    }
  }

  /** What was told later must be true as well; with tracking it is never unknown. */
  private void judgeResolution(String as, Answer answer, long rows) {
    if (!(answer.failure() instanceof TransactionException reported)) {
      return;
    }
    CompletableFuture<Outcome> resolution = reported.resolution().toCompletableFuture();
    assertThat(resolution).as("%s: resolution", as).succeedsWithin(FaultBench.PATIENCE);
    switch (resolution.join()) {
      case COMMITTED -> assertThat(rows).as("%s: resolved", as).isOne();
      case NOT_STARTED, ROLLED_BACK -> assertThat(rows).as("%s: resolved", as).isZero();
      case UNKNOWN ->
          assertThat(
                  cell.outcomesOfTheTouched().contains(Outcome.UNKNOWN)
                      && (cell.tracking().leavesUnknown() || !cell.endsByDeadline()))
              .as("%s: still unknown", as)
              .isTrue();
    }
  }

  @Override
  public String toString() {
    return cell.toString();
  }
}
