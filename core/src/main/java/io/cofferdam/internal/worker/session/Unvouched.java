package io.cofferdam.internal.worker.session;

import java.sql.SQLException;

/** Why it cannot be said of a transaction that nothing of it is left. */
final class Unvouched {

  private static final String INVALID_STATE = "25000";

  private Unvouched() {}

  static SQLException keptRows() {
    return because(
        "the rollback could not take back all, because a table of the transaction is of an engine"
            + " without transactions, or in another database");
  }

  static SQLException lostConnection() {
    return because(
        "its connection was lost, and this database may keep what a rollback does not take"
            + " back, as rows in tables without transactions or what a function commits");
  }

  static SQLException functionBefore() {
    return because(
        "the database ended the transaction, and a function in it may have committed a part"
            + " before");
  }

  static SQLException foreignServer() {
    return because("the commit failed, but a foreign server may have committed before");
  }

  /** The database does not tell. */
  static SQLException by(SQLException failure) {
    return new SQLException("the transaction cannot be vouched for: " + failure, failure);
  }

  private static SQLException because(String message) {
    return new SQLException(message, INVALID_STATE);
  }
}
