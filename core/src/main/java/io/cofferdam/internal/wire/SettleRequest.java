package io.cofferdam.internal.wire;

/**
 * What a worker is to find out about another one that died.
 *
 * @param session by what its database session is found; empty if it is not known
 * @param end whether to end the session if it still lives
 * @param inDoubt whether commit had been called, so that its outcome is to be found out
 * @param transaction what the dead worker noted about the transaction; empty if nothing
 */
public record SettleRequest(String session, boolean end, boolean inDoubt, byte[] transaction) {

  public byte[] encode() {
    return new PayloadWriter(64 + session.length() + transaction.length)
        .putString(session)
        .putByte(end ? 1 : 0)
        .putByte(inDoubt ? 1 : 0)
        .putBytes(transaction)
        .toByteArray();
  }

  public static SettleRequest decode(byte[] payload) throws ProtocolException {
    PayloadReader reader = new PayloadReader(payload);
    return new SettleRequest(
        reader.getString(), reader.getByte() != 0, reader.getByte() != 0, reader.getBytes());
  }
}
