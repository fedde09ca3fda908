package io.cofferdam.internal.wire;

import io.cofferdam.RetryPolicy.Cause;
import org.jspecify.annotations.Nullable;

/**
 * Why a transaction was not committed, where the reason is not the task's own exception.
 *
 * @param partMayBeCommitted whether a part of the transaction may be committed nevertheless
 * @param retryCause why another attempt may succeed, or null
 * @param message what happened
 * @param failure the encoded exception behind it, empty if there is none
 * @param sessionMayBeAlive whether the connection was lost and its session may still hold locks
 */
public record NotCommitted(
    Reason reason,
    boolean partMayBeCommitted,
    @Nullable Cause retryCause,
    String message,
    byte[] failure,
    boolean sessionMayBeAlive) {

  /** Why a transaction was not committed. */
  public enum Reason {
    /** The connection was dead before the task began; the worker is connecting anew. */
    NOT_STARTED(1),
    /** The task could not be decoded in the worker. */
    TASK_UNREADABLE(2),
    /** The database refused to begin the transaction as it was asked to. */
    BEGIN_REFUSED(3),
    /** The task was cancelled, and the cancel took effect. */
    CANCELLED(4),
    /** The result may not be sent. */
    RESULT_REFUSED(5),
    /**
     * A thread that the task left behind is still inside a call on the connection. The worker waits
     * to be ended, and its session with it, before anybody is told.
     */
    OCCUPIED(6),
    /** The database refused the commit, or had already ended the transaction. */
    COMMIT_REFUSED(7),
    /** The idempotency key was committed with another fingerprint. */
    KEY_REUSED(8),
    /** The idempotency key is committed, but its task's work may be so only in part. */
    KEY_SPENT(9),
    /** The task has returned after it had asked for a rollback. */
    ROLLBACK_ONLY(10);

    private final int code;

    Reason(int code) {
      this.code = code;
    }

    private static Reason of(int code) throws ProtocolException {
      for (Reason reason : values()) {
        if (reason.code == code) {
          return reason;
        }
      }
      throw new ProtocolException("no reason has the code " + code);
    }
  }

  /** In bytes, of the message. */
  private static final int MOST_MESSAGE_BYTES = 32 << 10;

  /** Says why a transaction was not committed whose session holds no locks any more. */
  public NotCommitted(
      Reason reason,
      boolean partMayBeCommitted,
      @Nullable Cause retryCause,
      String message,
      byte[] failure) {
    this(reason, partMayBeCommitted, retryCause, message, failure, false);
  }

  public byte[] encode() {
    return new PayloadWriter(message.length() + failure.length + 18)
        .putByte(reason.code)
        .putByte(partMayBeCommitted ? 1 : 0)
        .putByte(RetryCode.of(retryCause))
        .putString(message.substring(0, Math.min(message.length(), MOST_MESSAGE_BYTES)))
        .putBytes(failure)
        .putByte(sessionMayBeAlive ? 1 : 0)
        .toByteArray();
  }

  public static NotCommitted decode(byte[] payload) throws ProtocolException {
    PayloadReader reader = new PayloadReader(payload);
    return new NotCommitted(
        Reason.of(reader.getByte()),
        reader.getByte() != 0,
        RetryCode.cause(reader.getByte()),
        reader.getText(MOST_MESSAGE_BYTES),
        reader.getBytes(),
        reader.getByte() != 0);
  }
}
