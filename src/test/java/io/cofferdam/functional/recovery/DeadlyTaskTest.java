package io.cofferdam.functional.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.CrashReport.Phase;
import io.cofferdam.Outcome;
import io.cofferdam.RetryPolicy;
import io.cofferdam.RetryPolicy.Cause;
import io.cofferdam.TransactionOptions;
import io.cofferdam.WorkerCrashedException;
import io.cofferdam.functional.WithHarmedWorkers;
import io.cofferdam.testing.Attempts;
import io.cofferdam.testing.CapturedLog;
import io.cofferdam.testing.Sabotage;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A task that seems never to begin, as its worker dies each time it is given one, is not dispatched
 * for ever: the third death is told, and told as this task's.
 */
class DeadlyTaskTest extends WithHarmedWorkers {

  @RegisterExtension
  private final CapturedLog log = CapturedLog.of("io.cofferdam.internal.supervise.UnfinishedWork");

  @BeforeEach
  void beginAtFullStrength() {
    awaitFullStrength();
  }

  @Test
  void isToldAfterThreeDeaths() throws Exception {
    assertToldAfterThreeDeaths(TransactionOptions.defaults().label("poison"));
  }

  /** A worker that has read its task, and is stopped before it begins, was stopped by the task. */
  @Test
  void isToldAfterThreeDeathsIfItStopsItsWorkersInstead() throws Exception {
    assertToldAfterThreeDeaths(TransactionOptions.defaults().label("poison"), Sabotage::stop);
  }

  @Test
  void isNotRetriedEither() throws Exception {
    assertToldAfterThreeDeaths(
        TransactionOptions.defaults()
            .label("poison")
            .retry(RetryPolicy.attempts(5).on(Cause.WORKER_CRASH)));
  }

  private void assertToldAfterThreeDeaths(TransactionOptions options) throws Exception {
    assertToldAfterThreeDeaths(options, () -> Runtime.getRuntime().halt(1));
  }

  private void assertToldAfterThreeDeaths(TransactionOptions options, Strike strike)
      throws Exception {
    long touched = executor.snapshot().callersTouched();
    try (Attempts attempts = Attempts.none();
        Bystanders others = new Bystanders(2)) {
      Future<?> poison =
          client.submit(
              options,
              connection -> {
                // First of all: once the supervisor has seen that it began, only its deadline ends
                // it.
                Sabotage.resetRecorder();
                attempts.begin();
                strike.run();
                return null;
              });

      WorkerCrashedException crash = failureOf(WorkerCrashedException.class, poison);
      assertThat(crash.outcome()).isEqualTo(Outcome.NOT_STARTED);
      assertThat(crash.crashReport().phase()).isEqualTo(Phase.NOT_STARTED);
      assertThat(crash)
          .hasMessageContainingAll(
              crash.crashReport().worker(), "poison", "3 workers", "it never started");
      assertThat(attempts.count()).isEqualTo(3);
      assertThat(executor.snapshot().callersTouched()).isEqualTo(touched + 1);
      others.awaitProgress();
    }
    assertThat(log.messages())
        .anyMatch(line -> line.contains("poison") && line.contains("3 workers have died"));
    awaitFullStrength();
  }
}
