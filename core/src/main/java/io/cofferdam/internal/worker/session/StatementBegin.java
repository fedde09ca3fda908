package io.cofferdam.internal.worker.session;

import io.cofferdam.internal.dialect.TransactionStatus;
import io.cofferdam.internal.dialect.Transactions;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The begin of a transaction by its first statement, in front of which the driver sends it. It is
 * there once the driver has read so from the server; until then nothing may have been sent, or the
 * server may be at the begin. Used by all threads of the task, and by those that cancel.
 */
final class StatementBegin {

  private final Connection connection;
  private final Transactions server;
  private volatile boolean answered;

  /** Leaves the begin to the next statement, before that enters the gate. */
  StatementBegin(Connection connection, Transactions server) {
    this.connection = connection;
    this.server = server;
  }

  /** {@return whether the server is known to have begun the transaction} */
  boolean isAnswered() {
    return answered;
  }

  /** Notes that the server has a transaction. */
  void answered() {
    answered = true;
  }

  /**
   * Returns whether a cancel would not hit the begin any more. If it did, the statement behind it
   * would be executed without a transaction, and would commit by itself.
   */
  boolean isPast() {
    try {
      return answered || server.status(connection) != TransactionStatus.NONE;
    } catch (SQLException driverDoesNotTell) {
      return false;
    }
  }
}
