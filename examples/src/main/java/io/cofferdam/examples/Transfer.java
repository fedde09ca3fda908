package io.cofferdam.examples;

import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Moves money between two accounts of a table {@code account (id bigint primary key, balance
 * numeric not null check (balance >= 0))}.
 */
public final class Transfer {

  private Transfer() {}

  /** Arguments: JDBC URL, password of the user {@code bank}, from, to, amount. */
  public static void main(String[] args) throws SQLException {
    if (args.length != 5) {
      System.err.println("usage: Transfer <jdbc-url> <password> <from> <to> <amount>");
      System.exit(2);
    }
    BigDecimal balance =
        transfer(
            args[0],
            args[1],
            Long.parseLong(args[2]),
            Long.parseLong(args[3]),
            new BigDecimal(args[4]));
    System.out.println("balance of " + args[2] + ": " + balance);
  }

  static BigDecimal transfer(String url, String secret, long from, long to, BigDecimal amount)
      throws SQLException {
    // region transfer
    try (TransactionExecutor executor =
            TransactionExecutor.builder().jdbcUrl(url).username("bank").password(secret).build();
        TransactionClient teller = executor.client("teller-17")) {

      return teller.execute(
          connection -> { // runs in a worker process, in one transaction
            debit(connection, from, amount);
            credit(connection, to, amount);
            return balanceOf(connection, from);
          }); // committed here; an exception means rolled back
    }
    // endregion
  }

  private static void debit(Connection connection, long account, BigDecimal amount)
      throws SQLException {
    credit(connection, account, amount.negate());
  }

  private static void credit(Connection connection, long account, BigDecimal amount)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE account SET balance = balance + ? WHERE id = ?")) {
      update.setBigDecimal(1, amount);
      update.setLong(2, account);
      if (update.executeUpdate() != 1) {
        throw new SQLException("there is no account " + account);
      }
    }
  }

  private static BigDecimal balanceOf(Connection connection, long account) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT balance FROM account WHERE id = ?")) {
      query.setLong(1, account);
      try (ResultSet rows = query.executeQuery()) {
        rows.next();
        return rows.getBigDecimal(1);
      }
    }
  }
}
