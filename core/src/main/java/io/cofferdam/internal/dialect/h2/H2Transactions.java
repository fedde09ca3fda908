package io.cofferdam.internal.dialect.h2;

import io.cofferdam.internal.dialect.IncompleteRollback;
import io.cofferdam.internal.dialect.Jdbc;
import io.cofferdam.internal.dialect.RemovableMark;
import io.cofferdam.internal.dialect.Rollback;
import io.cofferdam.internal.dialect.generic.SavepointTransactions;
import io.cofferdam.internal.sql.SqlVerdict;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Transactions of one session of H2.
 *
 * <p>The mark is a value that H2 keeps for as long as a transaction lives, and a savepoint. The
 * value is looked for before the commit. It is the time at which the transaction began, which is
 * another one after each commit and rollback, and also after a rollback to a savepoint. Modes in
 * which H2 tells another time to each statement have the id of the transaction instead, which a
 * transaction has once it has changed a row. The savepoint can be looked for only by going back to
 * it, and tells at the rollback what the time does not.
 */
final class H2Transactions extends SavepointTransactions {

  private static final int NO_SUCH_SAVEPOINT = 90063;
  private static final int READ_ONLY_DATABASE = 90097;
  private static final String TIME = "SELECT EXTRACT(EPOCH FROM CURRENT_TIMESTAMP(9))";
  private static final String ID = "SELECT TRANSACTION_ID()";
  private static final String NOTHING_TO_LOSE = "SELECT 0";

  /** Statements that are kept prepared, so that each takes one round trip. */
  private record Marking(PreparedStatement mark, PreparedStatement look) {

    void close() throws SQLException {
      mark.close();
      look.close();
    }
  }

  private final Connection connection;
  private final IncompleteRollback incompleteRollback;
  private final RemovableMark markedValue = any -> hasMarkedValue();
  private volatile @Nullable Marking marking;
  private volatile String marked = "";

  H2Transactions(Connection connection, IncompleteRollback incompleteRollback) {
    super(NO_SUCH_SAVEPOINT);
    this.connection = connection;
    this.incompleteRollback = incompleteRollback;
  }

  @Override
  public void mark(Connection connection) throws SQLException {
    marked = value(marking().mark());
  }

  /** Finds out how to mark in the mode that the database has now; another session may change it. */
  private Marking marking() throws SQLException {
    Marking known = marking;
    if (known == null) {
      known = prepare();
      marking = known;
    }
    return known;
  }

  private Marking prepare() throws SQLException {
    if (Jdbc.queryForText(connection, TIME).equals(Jdbc.queryForText(connection, TIME))) {
      return prepare(TIME, TIME);
    }
    String row = SAVEPOINT + "_row";
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE LOCAL TEMPORARY TABLE IF NOT EXISTS "
              + row
              + " (changed INT) NOT PERSISTENT AS SELECT 0");
    } catch (SQLException e) {
      if (e.getErrorCode() != READ_ONLY_DATABASE) {
        throw e;
      }
      return prepare(NOTHING_TO_LOSE, NOTHING_TO_LOSE);
    }
    return prepare(ID + " FROM FINAL TABLE (UPDATE " + row + " SET changed = 1 - changed)", ID);
  }

  private Marking prepare(String mark, String look) throws SQLException {
    return new Marking(
        connection.prepareStatement(mark + "; " + MARK), connection.prepareStatement(look));
  }

  private static String value(PreparedStatement query) throws SQLException {
    try (ResultSet row = query.executeQuery()) {
      @Nullable String text = row.next() ? row.getString(1) : null;
      return text == null ? "" : text;
    }
  }

  private boolean hasMarkedValue() throws SQLException {
    return value(marking().look()).equals(marked);
  }

  @Override
  public RemovableMark removableMark() {
    return markedValue;
  }

  /** {@inheritDoc} A rollback to a savepoint takes the value away. */
  @Override
  public boolean mayUnmark(SqlVerdict verdict) {
    return verdict.mayCommit() || verdict.rollsBack();
  }

  @Override
  public String changesOf(Connection connection) throws SQLException {
    return Jdbc.queryForText(connection, ID);
  }

  @Override
  public void beforeCommit(Connection connection) throws SQLException {
    if (!hasMarkedValue()) {
      throw new SQLException(
          "the transaction cannot be vouched for, so it was rolled back: a function in the database"
              + " has gone back to a savepoint, or the mode of the database was changed meanwhile",
          "40000");
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>A value that is gone while the savepoint is there may mean that the mode of the database has
   * changed: the next transaction finds out.
   */
  @Override
  public Rollback rollBack(Connection connection, boolean marked, boolean ownSession)
      throws SQLException {
    boolean whole = !marked || hasMarkedValue();
    if (!whole) {
      marking().close();
      marking = null;
      whole = findsMark(connection, "ROLLBACK TO SAVEPOINT " + SAVEPOINT);
    }
    connection.rollback();
    if (!whole) {
      return Rollback.ENDED_BEFORE;
    }
    return marked && incompleteRollback.mayKeepRows(connection)
        ? Rollback.INCOMPLETE
        : Rollback.WHOLE;
  }
}
