package io.cofferdam.testkit.tpcb;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The transaction of the TPC-B benchmark, as pgbench has it: five statements. */
public final class TpcB {

  private TpcB() {}

  /**
   * Moves money in one account, with its teller and branch, and writes the transaction's id into
   * the history.
   *
   * @return the account's new balance
   */
  public static long run(
      Connection connection, long id, int account, int teller, int branch, int delta)
      throws SQLException {
    addTo(connection, "accounts", account, delta);
    long balance = balanceOf(connection, account);
    addTo(connection, "tellers", teller, delta);
    addTo(connection, "branches", branch, delta);
    writeHistory(connection, id, account, teller, branch, delta);
    return balance;
  }

  private static void addTo(Connection connection, String table, int id, int delta)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE cofferdam_bank_" + table + " SET balance = balance + ? WHERE id = ?")) {
      update.setInt(1, delta);
      update.setInt(2, id);
      update.executeUpdate();
    }
  }

  private static long balanceOf(Connection connection, int account) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT balance FROM cofferdam_bank_accounts WHERE id = ?")) {
      query.setInt(1, account);
      try (ResultSet rows = query.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  private static void writeHistory(
      Connection connection, long id, int account, int teller, int branch, int delta)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO cofferdam_bank_history (id, account, teller, branch, delta)"
                + " VALUES (?, ?, ?, ?, ?)")) {
      insert.setLong(1, id);
      insert.setInt(2, account);
      insert.setInt(3, teller);
      insert.setInt(4, branch);
      insert.setInt(5, delta);
      insert.executeUpdate();
    }
  }
}
