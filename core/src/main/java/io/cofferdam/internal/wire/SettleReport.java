package io.cofferdam.internal.wire;

import io.cofferdam.internal.state.SessionState;
import io.cofferdam.internal.state.TransactionState;
import org.jspecify.annotations.Nullable;

/**
 * What a worker found out about another one that died.
 *
 * @param session what became of the dead worker's session
 * @param commit what became of its transaction; ROLLED_BACK if its commit was not in doubt
 * @param result the encoded result of a committed transaction, if the ledger has it
 */
public record SettleReport(
    SessionState session, TransactionState commit, byte @Nullable [] result) {

  private static final int MOST_NAME_BYTES = 32;

  public byte[] encode() {
    PayloadWriter writer =
        new PayloadWriter(64 + (result == null ? 0 : result.length))
            .putString(session.name())
            .putString(commit.name())
            .putByte(result == null ? 0 : 1);
    return (result == null ? writer : writer.putBytes(result)).toByteArray();
  }

  public static SettleReport decode(byte[] payload) throws ProtocolException {
    PayloadReader reader = new PayloadReader(payload);
    String session = reader.getText(MOST_NAME_BYTES);
    String commit = reader.getText(MOST_NAME_BYTES);
    try {
      return new SettleReport(
          SessionState.valueOf(session),
          TransactionState.valueOf(commit),
          reader.getByte() == 0 ? null : reader.getBytes());
    } catch (IllegalArgumentException e) {
      throw new ProtocolException("not a settlement's report");
    }
  }
}
