package io.cofferdam.internal.dialect;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.SQLException;

/** What a rollback, or a commit that has failed, may have left behind. */
public interface IncompleteRollback {

  /**
   * Returns whether databases of this kind may keep what a transaction has changed that was never
   * committed. Where they may, {@link #mayKeepRows} and {@link #mayEndUnseen} say whether this one
   * can, and until one of its sessions has been asked nothing is known.
   */
  boolean isPossible();

  /** Keeps a new session from changing rows where no rollback and no warning reaches them. */
  void prepare(Connection connection) throws SQLException;

  /**
   * Returns whether the end of the transaction that the failure of a statement has brought about
   * has left changes behind, as far as the server says so. Asked right after that failure.
   */
  boolean keptRowsAtEnd(Connection connection) throws SQLException;

  /**
   * Returns whether the end of the transaction that this failure has brought about may have left
   * changes behind. Asked right after it. The statements of a batch may have been sent together, so
   * that a later one hides a warning.
   */
  default boolean keptRows(Connection connection, SQLException failure) throws SQLException {
    return failure instanceof BatchUpdateException
        ? mayKeepRows(connection)
        : keptRowsAtEnd(connection);
  }

  /**
   * Returns, from any session, whether a transaction may have written into tables that have no
   * transactions or are in another database, so that its end does not tell what is left of it.
   */
  boolean mayKeepRows(Connection connection) throws SQLException;

  /**
   * Returns, from any session, whether functions in the database can end a transaction in a
   * statement whose text does not show it. A worker that lives sees that at the end of the
   * transaction; of one that died before, nothing tells.
   */
  boolean mayEndUnseen(Connection connection) throws SQLException;

  /**
   * Returns, from any session outside a transaction, whether a commit may also be one in another
   * database that has committed before, so that its failure here does not tell what is left there.
   */
  boolean mayCommitElsewhere(Connection connection) throws SQLException;
}
