package io.cofferdam.benchmarks.run;

import io.cofferdam.TransactionTask;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Reads three balances.
 *
 * @param account the account
 * @param teller the teller
 * @param branch the branch
 */
record Balances(int account, int teller, int branch) implements Transaction {

  @Override
  public TransactionTask<Long, SQLException> task() {
    int account = this.account;
    int teller = this.teller;
    int branch = this.branch;
    return connection ->
        balance(connection, "accounts", account)
            + balance(connection, "tellers", teller)
            + balance(connection, "branches", branch);
  }

  private static long balance(Connection connection, String table, int id) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(query(table) + "?")) {
      query.setInt(1, id);
      try (ResultSet rows = query.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  @Override
  public Future<Long> start(SqlConnection connection) {
    return balance(connection, "accounts", account)
        .compose(first -> balance(connection, "tellers", teller).map(next -> first + next))
        .compose(first -> balance(connection, "branches", branch).map(next -> first + next));
  }

  private static Future<Long> balance(SqlConnection connection, String table, int id) {
    return connection
        .preparedQuery(query(table) + "$1")
        .execute(Tuple.of(id))
        .map(rows -> rows.iterator().next().getLong(0));
  }

  private static String query(String table) {
    return "SELECT balance FROM cofferdam_bank_" + table + " WHERE id = ";
  }
}
