package io.cofferdam.internal.wire;

/**
 * What a worker is to find out about another one that died.
 *
 * @param session how its database session is found; empty if it is not known
 * @param end whether to end the session if it still lives
 * @param inDoubt whether commit had been called, so that its outcome is to be found out
 * @param transaction what the dead worker noted about the transaction; empty if nothing
 * @param ledgerId the id of the transaction's row in the ledger; empty if it has none
 * @param rowMayBePurged whether that row may have been removed by now, because its time was over
 * @param lastAttempt whether the task is not tried again
 */
public record SettleRequest(
    String session,
    boolean end,
    boolean inDoubt,
    byte[] transaction,
    String ledgerId,
    boolean rowMayBePurged,
    boolean lastAttempt) {

  public byte[] encode() {
    return new PayloadWriter(128 + session.length() + transaction.length)
        .putString(session)
        .putByte(end ? 1 : 0)
        .putByte(inDoubt ? 1 : 0)
        .putBytes(transaction)
        .putString(ledgerId)
        .putByte(rowMayBePurged ? 1 : 0)
        .putByte(lastAttempt ? 1 : 0)
        .toByteArray();
  }

  public static SettleRequest decode(byte[] payload) throws ProtocolException {
    PayloadReader reader = new PayloadReader(payload);
    return new SettleRequest(
        reader.getString(),
        reader.getByte() != 0,
        reader.getByte() != 0,
        reader.getBytes(),
        reader.getString(),
        reader.getByte() != 0,
        reader.getByte() != 0);
  }
}
