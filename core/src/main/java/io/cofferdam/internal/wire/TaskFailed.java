package io.cofferdam.internal.wire;

import io.cofferdam.RetryPolicy.Cause;
import org.jspecify.annotations.Nullable;

/**
 * The task's own exception.
 *
 * @param selfCommitted whether a statement had been sent that may have committed by itself
 * @param retryCause why another attempt may succeed, or null
 * @param failure the encoded exception
 */
public record TaskFailed(boolean selfCommitted, @Nullable Cause retryCause, byte[] failure) {

  public byte[] encode() {
    return new PayloadWriter(failure.length + 6)
        .putByte(selfCommitted ? 1 : 0)
        .putByte(RetryCode.of(retryCause))
        .putBytes(failure)
        .toByteArray();
  }

  public static TaskFailed decode(byte[] payload) throws ProtocolException {
    PayloadReader reader = new PayloadReader(payload);
    return new TaskFailed(
        reader.getByte() != 0, RetryCode.cause(reader.getByte()), reader.getBytes());
  }
}
