package io.cofferdam.internal.dialect.h2;

import io.cofferdam.internal.dialect.IncompleteRollback;
import io.cofferdam.internal.dialect.Jdbc;
import io.cofferdam.internal.dialect.Rollback;
import io.cofferdam.internal.dialect.generic.SavepointTransactions;
import java.sql.Connection;
import java.sql.SQLException;

/** Transactions of H2. Its savepoints can be looked for at the rollback alone. */
final class H2Transactions extends SavepointTransactions {

  private static final int NO_SUCH_SAVEPOINT = 90063;

  private final IncompleteRollback incompleteRollback;

  H2Transactions(IncompleteRollback incompleteRollback) {
    super(NO_SUCH_SAVEPOINT);
    this.incompleteRollback = incompleteRollback;
  }

  @Override
  public String changesOf(Connection connection) throws SQLException {
    return Jdbc.queryForText(connection, "SELECT TRANSACTION_ID()");
  }

  /** {@inheritDoc} The savepoint cannot be looked for but by going back to it. */
  @Override
  public Rollback rollBack(Connection connection, boolean marked, boolean ownSession)
      throws SQLException {
    boolean whole = !marked || findsMark(connection, "ROLLBACK TO SAVEPOINT " + SAVEPOINT);
    connection.rollback();
    if (!whole) {
      return Rollback.ENDED_BEFORE;
    }
    return marked && incompleteRollback.mayKeepRows(connection)
        ? Rollback.INCOMPLETE
        : Rollback.WHOLE;
  }
}
