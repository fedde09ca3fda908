package io.cofferdam.internal.wire;

import org.jspecify.annotations.Nullable;

/**
 * What a worker found out about another one that died.
 *
 * @param session what became of the dead worker's session
 * @param commit what became of its commit, if that was in doubt
 * @param result the encoded result of a committed transaction, if the ledger has it
 */
public record SettleReport(Session session, Commit commit, byte @Nullable [] result) {

  private static final int MOST_NAME_BYTES = 32;

  /** What became of a session. */
  public enum Session {
    /** It has ended, and holds no lock any more. */
    GONE,
    /** It lives. Ask again. */
    ALIVE,
    /** The database does not tell, or does not let us end it. */
    NOT_KNOWN
  }

  /** What became of a commit. */
  public enum Commit {
    COMMITTED,
    ROLLED_BACK,
    /** It was rolled back, but may have written into tables that have no transactions. */
    ROLLED_BACK_IN_PART,
    /** The database cannot tell, now or later. */
    UNKNOWN,
    /** It is not decided yet. Ask again. */
    OPEN
  }

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
          Session.valueOf(session),
          Commit.valueOf(commit),
          reader.getByte() == 0 ? null : reader.getBytes());
    } catch (IllegalArgumentException e) {
      throw new ProtocolException("not a settlement's report");
    }
  }
}
