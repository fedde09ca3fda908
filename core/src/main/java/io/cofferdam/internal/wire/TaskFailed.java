package io.cofferdam.internal.wire;

import io.cofferdam.RetryPolicy.Cause;
import org.jspecify.annotations.Nullable;

/**
 * The task's own exception.
 *
 * @param partMayBeCommitted whether a part of the transaction may be committed nevertheless
 * @param retryCause why another attempt may succeed, or null
 * @param failure the encoded exception
 */
public record TaskFailed(boolean partMayBeCommitted, @Nullable Cause retryCause, byte[] failure) {

  public byte[] encode() {
    return new PayloadWriter(failure.length + 6)
        .putByte(partMayBeCommitted ? 1 : 0)
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
