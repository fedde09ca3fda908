package io.cofferdam.internal.wire;

/**
 * What a worker is to find out about another one that died.
 *
 * @param session the handle by which its database session is found; empty if it is not known
 * @param end whether to end the session if it still lives
 * @param note the {@link CommitNote} of the dead worker as it left it; empty if there is none
 * @param commit what is to be found out about its commit
 */
public record SettleRequest(String session, boolean end, byte[] note, CommitQuestion commit) {

  public byte[] encode() {
    PayloadWriter out =
        new PayloadWriter(128 + session.length() + note.length)
            .putString(session)
            .putByte(end ? 1 : 0)
            .putBytes(note);
    return commit.writeTo(out).toByteArray();
  }

  public static SettleRequest decode(byte[] payload) throws ProtocolException {
    PayloadReader reader = new PayloadReader(payload);
    return new SettleRequest(
        reader.getString(),
        reader.getByte() != 0,
        reader.getBytes(),
        CommitQuestion.readFrom(reader));
  }
}
