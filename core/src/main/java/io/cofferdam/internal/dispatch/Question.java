package io.cofferdam.internal.dispatch;

import io.cofferdam.TransactionOptions;
import io.cofferdam.internal.wire.FrameType;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A question to the database, which some worker is to answer. Nobody's transaction. */
public final class Question extends PendingTask {

  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long NO_DEADLINE_NANOS = TimeUnit.DAYS.toNanos(365);

  private final FrameType type;
  private final byte[] question;
  private final Consumer<Answer> listener;

  /**
   * Creates the question.
   *
   * @param type what is asked
   * @param question the encoded question
   * @param listener is given the answer, {@link Answer.Replied} if there was one; must return soon
   */
  public Question(FrameType type, byte[] question, Consumer<Answer> listener) {
    super(
        UUID.randomUUID(),
        new ClientQueue("settlement"),
        new byte[0],
        TransactionOptions.defaults(),
        System.nanoTime() + NO_DEADLINE_NANOS,
        new OpenTasks());
    this.type = type;
    this.question = question;
    this.listener = listener;
  }

  @Override
  public FrameType type() {
    return type;
  }

  @Override
  public byte[] payload(long graceNanos) {
    return question;
  }

  @Override
  public long deadlineNanos(long dispatchedNanos) {
    return dispatchedNanos + LIMIT_NANOS;
  }

  @Override
  boolean isBounded() {
    return false;
  }

  @Override
  void onAnswer(Answer answer) {
    listener.accept(answer);
  }
}
