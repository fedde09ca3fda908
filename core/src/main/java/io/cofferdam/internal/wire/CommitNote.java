package io.cofferdam.internal.wire;

/**
 * What a worker notes about its transaction before it commits, for the one that may have to find
 * out what became of it.
 */
public sealed interface CommitNote {

  /** It has written nothing, so that it does not matter what became of it. */
  record WroteNothing() implements CommitNote {}

  /**
   * The database may be asked for it by an id.
   *
   * @param id its id; empty if it has none, because it has written nothing that the database keeps
   *     by transaction
   */
  record TransactionId(String id) implements CommitNote {}

  /**
   * The ledger may be asked for its row.
   *
   * @param isCertain whether it leaves a row there if it commits; else it may or may not
   */
  record LedgerRow(boolean isCertain) implements CommitNote {}

  /** Returns this as the recorder keeps it. */
  default byte[] encode() {
    PayloadWriter out = new PayloadWriter(32);
    if (this instanceof TransactionId known) {
      out.putByte(1).putString(known.id);
    } else if (this instanceof LedgerRow row) {
      out.putByte(row.isCertain ? 2 : 3);
    } else {
      out.putByte(0);
    }
    return out.toByteArray();
  }

  /**
   * Reads what a worker has noted.
   *
   * @throws ProtocolException if it is no note
   */
  static CommitNote decode(byte[] note) throws ProtocolException {
    PayloadReader reader = new PayloadReader(note);
    return switch (reader.getByte()) {
      case 0 -> new WroteNothing();
      case 1 -> new TransactionId(reader.getString());
      case 2 -> new LedgerRow(true);
      case 3 -> new LedgerRow(false);
      default -> throw new ProtocolException("not a note about a transaction");
    };
  }
}
