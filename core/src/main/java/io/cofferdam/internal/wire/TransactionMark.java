package io.cofferdam.internal.wire;

/**
 * What a worker notes about its transaction before it commits, for the one that may have to find
 * out what became of it.
 *
 * @param transactionId the database's id of it; empty if it has none, or is not asked for
 * @param wroteNothing whether the transaction is known to have written nothing
 * @param mayLackRow whether it may commit without leaving a row in the ledger
 */
public record TransactionMark(String transactionId, boolean wroteNothing, boolean mayLackRow) {

  public byte[] encode() {
    return new PayloadWriter(32)
        .putString(transactionId)
        .putByte(wroteNothing ? 1 : 0)
        .putByte(mayLackRow ? 1 : 0)
        .toByteArray();
  }

  public static TransactionMark decode(byte[] payload) throws ProtocolException {
    PayloadReader reader = new PayloadReader(payload);
    return new TransactionMark(reader.getString(), reader.getByte() != 0, reader.getByte() != 0);
  }
}
