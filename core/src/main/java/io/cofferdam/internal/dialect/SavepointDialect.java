package io.cofferdam.internal.dialect;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A database whose transactions are marked by a savepoint: it goes with the end of the transaction,
 * whoever ends it, and a statement that needs it then fails.
 */
abstract class SavepointDialect extends GenericDialect {

  private static final String RESERVED = "cofferdam";

  /** A procedure that ended the transaction must not be able to set it again: nobody knows it. */
  static final String SAVEPOINT = RESERVED + "_" + Long.toHexString(new SecureRandom().nextLong());

  static final String MARK = "SAVEPOINT " + SAVEPOINT;

  private final int noSuchSavepoint;

  /**
   * @param watched the tokens that a statement notes wherever they stand
   * @param noSuchSavepoint the error of a statement that names a savepoint which is not there
   */
  SavepointDialect(String name, Set<String> watched, int noSuchSavepoint) {
    super(name, watched);
    this.noSuchSavepoint = noSuchSavepoint;
  }

  @Override
  public final @Nullable String savepointRefusal(String savepoint) {
    return savepoint.regionMatches(true, 0, RESERVED, 0, RESERVED.length())
        ? "savepoint " + savepoint + " is the executor's; use another name"
        : null;
  }

  @Override
  public void beginNow(Connection connection, IdleLimit limit) throws SQLException {
    mark(connection);
  }

  @Override
  public final void mark(Connection connection) throws SQLException {
    execute(connection, MARK);
  }

  /** Executes a statement that names the savepoint; returns false if that is not there. */
  final boolean findsMark(Connection connection, String sql) throws SQLException {
    try {
      execute(connection, sql);
      return true;
    } catch (SQLException e) {
      if (e.getErrorCode() == noSuchSavepoint) {
        return false;
      }
      throw e;
    }
  }
}
