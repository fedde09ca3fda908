package io.cofferdam.internal.dialect;

/** What a driver knows about the transaction of its connection without asking the server. */
public enum TransactionStatus {
  /** The server is in a transaction. */
  OPEN,
  /** A statement has failed, and the server can only roll back. */
  FAILED,
  /** The server is in no transaction: it has ended. */
  NONE,
  /** This driver does not tell. */
  NOT_KNOWN
}
