package io.cofferdam.internal.wire;

/**
 * What a worker found out about another one that died.
 *
 * @param session what became of the dead worker's session
 * @param commit what became of its commit, if that was in doubt
 */
public record SettleReport(Session session, Commit commit) {

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
    /** The database cannot tell, now or later. */
    UNKNOWN,
    /** It is not decided yet. Ask again. */
    OPEN,
    /** This worker's session cannot prove it, but that of another worker may. */
    ASK_ANOTHER
  }

  /** Says that the database could not be asked this time. */
  public static SettleReport failed() {
    return new SettleReport(Session.ALIVE, Commit.OPEN);
  }

  public byte[] encode() {
    return new PayloadWriter(64).putString(session.name()).putString(commit.name()).toByteArray();
  }

  public static SettleReport decode(byte[] payload) throws ProtocolException {
    PayloadReader reader = new PayloadReader(payload);
    String session = reader.getString();
    String commit = reader.getString();
    try {
      return new SettleReport(Session.valueOf(session), Commit.valueOf(commit));
    } catch (IllegalArgumentException e) {
      throw new ProtocolException("not a settlement's report: " + session + ", " + commit);
    }
  }
}
