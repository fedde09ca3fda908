package io.cofferdam.internal.wire;

/** What a worker is to find out about the commit of another one that died. */
public sealed interface CommitQuestion {

  /** Nothing: commit had not been called, or it is known by now what became of it. */
  record Nothing() implements CommitQuestion {}

  /** What the database says by the id that was noted. */
  record ByTransactionId() implements CommitQuestion {}

  /**
   * What the ledger says, where the transaction is kept from committing if it has not.
   *
   * @param ledgerId the id of the transaction's row in the ledger
   * @param rowMayBePurged whether that row may have been removed by now, because its time was over
   * @param lastAttempt whether the task is not tried again
   */
  record ByLedgerRow(String ledgerId, boolean rowMayBePurged, boolean lastAttempt)
      implements CommitQuestion {}

  /** Returns whether commit may have been called, and it is not known what became of it. */
  default boolean isInDoubt() {
    return !(this instanceof Nothing);
  }

  /** Appends this. */
  default PayloadWriter writeTo(PayloadWriter out) {
    if (this instanceof ByLedgerRow row) {
      return out.putByte(2)
          .putString(row.ledgerId)
          .putByte(row.rowMayBePurged ? 1 : 0)
          .putByte(row.lastAttempt ? 1 : 0);
    }
    return out.putByte(this instanceof ByTransactionId ? 1 : 0);
  }

  /**
   * Reads a question.
   *
   * @throws ProtocolException if it is none
   */
  static CommitQuestion readFrom(PayloadReader reader) throws ProtocolException {
    return switch (reader.getByte()) {
      case 0 -> new Nothing();
      case 1 -> new ByTransactionId();
      case 2 -> new ByLedgerRow(reader.getString(), reader.getByte() != 0, reader.getByte() != 0);
      default -> throw new ProtocolException("not a question about a commit");
    };
  }
}
