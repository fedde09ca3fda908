package io.cofferdam.internal.dialect.postgresql;

import io.cofferdam.internal.dialect.Jdbc;
import io.cofferdam.internal.dialect.TransactionEndedException;
import io.cofferdam.internal.dialect.TransactionIds;
import io.cofferdam.internal.state.TransactionState;
import java.sql.Connection;
import java.sql.SQLException;

/** Transaction ids of PostgreSQL. */
final class PostgreSqlTransactionIds implements TransactionIds {

  private static final String INVALID_PARAMETER = "22023";

  private static final String TRANSACTION_ID =
      "CAST(pg_catalog.pg_current_xact_id_if_assigned() AS pg_catalog.text)";

  private static final String UNMARKED = "SELECT " + TRANSACTION_ID;

  private static final String MARKED =
      "SELECT CASE WHEN pg_catalog.current_setting('cofferdam.transaction', true) = '"
          + PostgreSqlTransactions.OPEN
          + "' THEN "
          + TRANSACTION_ID
          + " ELSE '"
          + PostgreSqlTransactions.ENDED
          + "' END";

  @Override
  public String current(Connection connection, boolean marked) throws SQLException {
    String id = Jdbc.queryForText(connection, marked ? MARKED : UNMARKED);
    if (id.equals(PostgreSqlTransactions.ENDED)) {
      throw new TransactionEndedException();
    }
    return id;
  }

  /**
   * {@inheritDoc}
   *
   * <p>An id that has not been given out yet was lost by a crash of the server. One that has may be
   * given out for the second time, if the server has crashed since.
   */
  @Override
  public TransactionState stateOf(Connection connection, String session, String transactionId)
      throws SQLException {
    String life = PostgreSqlServer.lifeIn(session);
    try {
      String state =
          Jdbc.queryForText(
              connection,
              "SELECT CASE WHEN "
                  + PostgreSqlServer.IS_OTHER_STANDBY
                  + " THEN 'standby' ELSE (SELECT CASE WHEN state = 'committed' AND "
                  + PostgreSqlServer.LIFE
                  + " IS DISTINCT FROM ? THEN '' ELSE state END"
                  + " FROM pg_catalog.pg_xact_status(CAST(? AS xid8)) AS state) END",
              PostgreSqlServer.startOf(life),
              life,
              transactionId);
      PostgreSqlServer.refuseStandby(state);
      return switch (state) {
        case "committed" -> TransactionState.COMMITTED;
        case "aborted" -> TransactionState.ROLLED_BACK;
        case "in progress" -> TransactionState.OPEN;
        default -> TransactionState.UNKNOWN;
      };
    } catch (SQLException e) {
      if (Jdbc.sqlState(e).equals(INVALID_PARAMETER)) {
        return TransactionState.ROLLED_BACK;
      }
      throw e;
    }
  }
}
