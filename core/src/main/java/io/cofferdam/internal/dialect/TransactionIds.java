package io.cofferdam.internal.dialect;

import io.cofferdam.internal.state.TransactionState;
import java.sql.Connection;
import java.sql.SQLException;

/** The ids that a server gives to transactions, and what it remembers by them. */
public interface TransactionIds {

  /**
   * Returns the id of the running transaction; empty if it has none, because it has written nothing
   * that the database keeps by transaction.
   *
   * @param marked whether it should have a mark
   * @throws TransactionEndedException if the transaction has lost its mark
   */
  String current(Connection connection, boolean marked) throws SQLException;

  /**
   * Finds out, from another session, what became of a transaction whose session is gone.
   *
   * @param session what {@link Sessions#identify} returned for that session
   */
  TransactionState stateOf(Connection connection, String session, String transactionId)
      throws SQLException;
}
