package io.cofferdam.benchmarks.run;

import io.cofferdam.TransactionTask;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A transaction that computes, on both sides: the database sums up some thousand accounts by their
 * branches; the client fetches some hundred of them, sorts them, and makes a JSON document of them,
 * which it reads again.
 *
 * @param first the id of the first account
 * @param rows how many accounts are summed up
 */
public record Queries(int first, int rows) implements Transaction {

  /** How many accounts are summed up, if there are as many. */
  static final int ROWS = 5_000;

  /** How many of them are in the document. */
  private static final int LISTED = 300;

  private static final String SUMS =
      "SELECT branch, COUNT(*), SUM(balance), MIN(balance), MAX(balance), AVG(balance)"
          + " FROM cofferdam_bank_accounts WHERE id BETWEEN %s AND %s GROUP BY branch"
          + " ORDER BY branch";
  private static final String ACCOUNTS =
      "SELECT id, branch, balance FROM cofferdam_bank_accounts WHERE id BETWEEN %s AND %s";

  @Override
  public TransactionTask<Long, SQLException> task() {
    int first = this.first;
    int rows = this.rows;
    return connection -> run(connection, first, rows);
  }

  private static long run(Connection connection, int first, int rows) throws SQLException {
    long sum = 0;
    try (PreparedStatement query = connection.prepareStatement(SUMS.formatted("?", "?"))) {
      query.setInt(1, first);
      query.setInt(2, first + rows - 1);
      try (ResultSet found = query.executeQuery()) {
        while (found.next()) {
          sum += found.getLong(3);
        }
      }
    }
    List<AccountDocument> accounts = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(ACCOUNTS.formatted("?", "?"))) {
      query.setInt(1, first);
      query.setInt(2, first + LISTED - 1);
      try (ResultSet found = query.executeQuery()) {
        while (found.next()) {
          accounts.add(new AccountDocument(found.getInt(1), found.getInt(2), found.getLong(3)));
        }
      }
    }
    return sum + AccountDocument.sumOfJson(accounts);
  }

  @Override
  public Future<Long> start(SqlConnection connection) {
    return connection
        .preparedQuery(SUMS.formatted("$1", "$2"))
        .execute(Tuple.of(first, first + rows - 1))
        .compose(
            sums -> {
              long sum = 0;
              for (Row row : sums) {
                sum += row.getNumeric(2).longValue();
              }
              return documents(connection, sum);
            });
  }

  private Future<Long> documents(SqlConnection connection, long sum) {
    return connection
        .preparedQuery(ACCOUNTS.formatted("$1", "$2"))
        .execute(Tuple.of(first, first + LISTED - 1))
        .map(
            rows -> {
              List<AccountDocument> accounts = new ArrayList<>();
              for (Row row : rows) {
                accounts.add(
                    new AccountDocument(row.getInteger(0), row.getInteger(1), row.getLong(2)));
              }
              return sum + AccountDocument.sumOfJson(accounts);
            });
  }
}
