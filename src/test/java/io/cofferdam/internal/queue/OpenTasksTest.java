package io.cofferdam.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.Outcome;
import io.cofferdam.TransactionException.Details;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.ClientQueue;
import io.cofferdam.internal.task.SubmittedTask;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpenTasksTest {

  private final Tasks tasks = new Tasks();
  private final OpenTasks openTasks = tasks.openTasks();
  private final ClientQueue client = new ClientQueue("teller");

  @AfterEach
  void clearInterrupt() {
    Thread.interrupted();
  }

  @Test
  void areNoneWhenNothingWasOpened() {
    openTasks.close();

    assertThat(openTasks.isClosed()).isTrue();
    assertThat(openTasks.awaitNone(Duration.ZERO)).isTrue();
  }

  @Test
  void areSomeBeforeTheEndWhateverTheirNumber() {
    assertThat(openTasks.isClosed()).isFalse();
    assertThat(openTasks.awaitNone(Duration.ZERO)).isFalse();
  }

  @Test
  void areAwaitedUntilEachHasItsAnswer() {
    SubmittedTask one = tasks.submitted(client);
    SubmittedTask two = tasks.submitted(client);
    openTasks.close();

    tasks.end(one, new Answer.Committed(new byte[0]));
    assertThat(openTasks.awaitNone(Duration.ZERO)).isFalse();

    CompletableFuture<Boolean> last =
        CompletableFuture.supplyAsync(() -> tasks.end(two, new Answer.Committed(new byte[0])));
    assertThat(openTasks.awaitNone(Duration.ofSeconds(30))).isTrue();
    assertThat(last.join()).isTrue();
  }

  @Test
  void doNotCountThoseThatWereRefused() {
    openTasks.opened();
    openTasks.close();
    openTasks.refused();

    assertThat(openTasks.awaitNone(Duration.ZERO)).isTrue();
    assertThat(tasks.counters().failed()).isZero();
  }

  @Test
  void areCountedByTheirOutcome() {
    tasks.end(tasks.submitted(client), new Answer.Committed(new byte[0]));
    tasks.end(
        tasks.submitted(client),
        new Answer.TaskFailed(Outcome.ROLLED_BACK, null, new byte[0], "worker"));
    tasks.end(
        tasks.submitted(client),
        new Answer.Failure(
            Details.of(Outcome.COMMITTED),
            details -> {
              throw new AssertionError("only the caller makes the exception");
            }));

    assertThat(tasks.counters().committed()).isEqualTo(2);
    assertThat(tasks.counters().failed()).isEqualTo(1);
  }

  @Test
  void areAwaitedThroughInterrupts() {
    SubmittedTask task = tasks.submitted(client);
    openTasks.close();
    Thread.currentThread().interrupt();

    CompletableFuture<Boolean> given =
        CompletableFuture.supplyAsync(() -> tasks.end(task, new Answer.Committed(new byte[0])));

    assertThat(openTasks.awaitNone(Duration.ofSeconds(30))).isTrue();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(given.join()).isTrue();
  }
}
