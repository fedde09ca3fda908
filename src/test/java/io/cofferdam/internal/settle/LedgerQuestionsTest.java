package io.cofferdam.internal.settle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cofferdam.Outcome;
import io.cofferdam.internal.queue.FairQueue;
import io.cofferdam.internal.queue.Taker;
import io.cofferdam.internal.queue.Tasks;
import io.cofferdam.internal.task.Question;
import io.cofferdam.internal.task.Work;
import io.cofferdam.internal.wire.FrameType;
import io.cofferdam.internal.wire.PayloadWriter;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Asks through a real queue; the worker is the test. */
class LedgerQuestionsTest {

  private static final UUID TASK = UUID.randomUUID();
  private static final byte[] COULD_NOT_ASK = {};

  private final FairQueue queue = new Tasks(10, 10).queue();
  private final LedgerQuestions questions = new LedgerQuestions("bank", queue, 20);
  private final LinkedBlockingQueue<Work> asked = new LinkedBlockingQueue<>();
  private final Taker worker = Tasks.taker(queue, asked::add);

  @AfterEach
  void close() {
    questions.close();
  }

  private Question next() throws InterruptedException {
    Work waiting = queue.take(worker);
    return (Question) (waiting != null ? waiting : asked.take());
  }

  private static void reply(Question question, byte[] reply) {
    question.reply(reply);
  }

  private static byte[] text(String text) {
    return new PayloadWriter(32).putString(text).toByteArray();
  }

  private static byte[] number(int number) {
    return new PayloadWriter(8).putInt(number).toByteArray();
  }

  @Test
  void tellsTheOutcomeThatAWorkerFinds() throws Exception {
    CompletableFuture<Outcome> outcome = questions.outcomeOf(TASK);

    Question question = next();
    assertThat(question.type()).isEqualTo(FrameType.OUTCOME);
    assertThat(question.payload(0)).isEqualTo(text(TASK.toString()));
    reply(question, text("COMMITTED"));

    assertThat(outcome).isCompletedWithValue(Outcome.COMMITTED);
  }

  @Test
  void asksAgainUntilTheDatabaseAnswers() throws Exception {
    CompletableFuture<Outcome> outcome = questions.outcomeOf(TASK);

    reply(next(), COULD_NOT_ASK);
    reply(next(), text("no outcome"));
    reply(next(), new byte[] {1});
    assertThat(outcome).isNotDone();
    reply(next(), text("ROLLED_BACK"));

    assertThat(outcome).isCompletedWithValue(Outcome.ROLLED_BACK);
  }

  @Test
  void refusesOnceTheExecutorIsClosed() {
    queue.abandon();

    assertThat(questions.outcomeOf(TASK))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void removesBatchAfterBatchUntilNothingIsLeft() throws Exception {
    questions.open();

    for (int purged : new int[] {500, 500, 3, 0}) {
      Question question = next();
      assertThat(question.type()).isEqualTo(FrameType.PURGE);
      reply(question, number(purged));
    }
    Question later = next();
    assertThat(later.type()).isEqualTo(FrameType.PURGE);
    reply(later, COULD_NOT_ASK);
    assertThat(next().type()).isEqualTo(FrameType.PURGE);
  }

  @Test
  void asksNothingMoreOnceItIsClosed() throws Exception {
    questions.open();
    Question question = next();
    questions.close();
    reply(question, number(500));

    await().during(Duration.ofMillis(200)).until(() -> queue.withdraw(worker) || asked.isEmpty());
  }
}
