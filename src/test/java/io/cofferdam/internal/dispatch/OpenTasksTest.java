package io.cofferdam.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpenTasksTest {

  private final OpenTasks openTasks = new OpenTasks();
  private final Tasks tasks = new Tasks(openTasks);
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

    one.answer(new Answer.Committed(new byte[0]));
    assertThat(openTasks.awaitNone(Duration.ZERO)).isFalse();

    CompletableFuture<Boolean> last =
        CompletableFuture.supplyAsync(() -> two.answer(new Answer.Committed(new byte[0])));
    assertThat(openTasks.awaitNone(Duration.ofSeconds(30))).isTrue();
    assertThat(last.join()).isTrue();
  }

  @Test
  void doNotCountThoseThatWereRefused() {
    openTasks.opened();
    openTasks.close();
    openTasks.refused();

    assertThat(openTasks.awaitNone(Duration.ZERO)).isTrue();
    assertThat(openTasks.failed()).isZero();
  }

  @Test
  void areCountedByTheirOutcome() {
    tasks.submitted(client).answer(new Answer.Committed(new byte[0]));
    tasks
        .submitted(client)
        .answer(new Answer.TaskFailed(Outcome.ROLLED_BACK, null, new byte[0], "worker"));
    tasks
        .submitted(client)
        .answer(
            new Answer.Reported(
                Outcome.COMMITTED,
                () -> {
                  throw new AssertionError("only the caller makes the exception");
                }));

    assertThat(openTasks.committed()).isEqualTo(2);
    assertThat(openTasks.failed()).isEqualTo(1);
  }

  @Test
  void areAwaitedThroughInterrupts() {
    SubmittedTask task = tasks.submitted(client);
    openTasks.close();
    Thread.currentThread().interrupt();

    CompletableFuture<Boolean> given =
        CompletableFuture.supplyAsync(() -> task.answer(new Answer.Committed(new byte[0])));

    assertThat(openTasks.awaitNone(Duration.ofSeconds(30))).isTrue();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(given.join()).isTrue();
  }
}
