package io.cofferdam.internal.dialect.generic;

import io.cofferdam.internal.dialect.IdleLimit;
import io.cofferdam.internal.dialect.Jdbc;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Transactions that are marked by a savepoint: it goes with the end of the transaction, however
 * that comes, and a statement that needs it then fails.
 */
public abstract class SavepointTransactions extends GenericTransactions {

  private static final String RESERVED = "cofferdam";

  /**
   * Random, because a procedure that has ended the transaction must not be able to set it again.
   */
  public static final String SAVEPOINT =
      RESERVED + "_" + Long.toHexString(new SecureRandom().nextLong());

  public static final String MARK = "SAVEPOINT " + SAVEPOINT;

  private final int noSuchSavepoint;

  /**
   * @param noSuchSavepoint the error of a statement that names a savepoint which is not there
   */
  public SavepointTransactions(int noSuchSavepoint) {
    this.noSuchSavepoint = noSuchSavepoint;
  }

  /** Returns why a task must not use a savepoint of this name, or null if it may. */
  public static @Nullable String refusal(String savepoint) {
    return savepoint.regionMatches(true, 0, RESERVED, 0, RESERVED.length())
        ? "savepoint " + savepoint + " is the executor's; use another name"
        : null;
  }

  @Override
  public void begin(Connection connection, IdleLimit limit) throws SQLException {
    mark(connection);
  }

  @Override
  public void mark(Connection connection) throws SQLException {
    Jdbc.execute(connection, MARK);
  }

  /** Executes a statement that names the savepoint; returns false if that is not there. */
  protected final boolean findsMark(Connection connection, String sql) throws SQLException {
    try {
      Jdbc.execute(connection, sql);
      return true;
    } catch (SQLException e) {
      if (e.getErrorCode() == noSuchSavepoint) {
        return false;
      }
      throw e;
    }
  }
}
