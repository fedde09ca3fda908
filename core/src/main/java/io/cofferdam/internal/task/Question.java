package io.cofferdam.internal.task;

import io.cofferdam.internal.wire.FrameType;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A question to the database, which some worker is to answer. It belongs to no client, has no
 * deadline while it waits, and can be asked again. Thread-safe.
 */
public final class Question implements Work {

  /** Is told how the question ended, once for each time it is offered. Must return soon. */
  public interface Listener {

    /** Takes in the reply, which is not empty. */
    void replied(byte[] reply);

    /** The database could not be asked this time, or the worker did not say what it answered. */
    void unanswered();
  }

  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final UUID id = UUID.randomUUID();
  private final FrameType type;
  private final byte[] question;
  private final Listener listener;

  /**
   * Creates the question.
   *
   * @param type what is asked
   * @param question the encoded question
   */
  public Question(FrameType type, byte[] question, Listener listener) {
    this.type = type;
    this.question = question;
    this.listener = listener;
  }

  @Override
  public UUID id() {
    return id;
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
  public @Nullable StopReason stopReason() {
    return null;
  }

  /** Ends it with a worker's reply; an empty one says that the database could not be asked. */
  public void reply(byte[] reply) {
    if (reply.length == 0) {
      listener.unanswered();
    } else {
      listener.replied(reply);
    }
  }

  /** Ends it without a reply. */
  public void unanswered() {
    listener.unanswered();
  }
}
