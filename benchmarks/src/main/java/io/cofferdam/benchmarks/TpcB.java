package io.cofferdam.benchmarks;

import io.cofferdam.TransactionTask;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;

/** The transaction of the TPC-B benchmark, as pgbench has it: five statements. */
final class TpcB {

  private static final int MAX_DELTA = 5_000;

  private TpcB() {}

  /** Returns a transaction on an account, a teller and a branch taken at random. */
  static TransactionTask<Long, SQLException> random() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int account = random.nextInt(TpcBTables.ACCOUNTS) + 1;
    int teller = random.nextInt(TpcBTables.TELLERS) + 1;
    int branch = random.nextInt(TpcBTables.BRANCHES) + 1;
    int delta = random.nextInt(-MAX_DELTA, MAX_DELTA + 1);
    return connection -> run(connection, account, teller, branch, delta);
  }

  private static long run(Connection connection, int account, int teller, int branch, int delta)
      throws SQLException {
    execute(connection, "UPDATE accounts SET balance = balance + ? WHERE id = ?", delta, account);
    long balance = balanceOf(connection, account);
    execute(connection, "UPDATE tellers SET balance = balance + ? WHERE id = ?", delta, teller);
    execute(connection, "UPDATE branches SET balance = balance + ? WHERE id = ?", delta, branch);
    execute(
        connection,
        "INSERT INTO history (account, teller, branch, delta) VALUES (?, ?, ?, ?)",
        account,
        teller,
        branch,
        delta);
    return balance;
  }

  private static long balanceOf(Connection connection, int account) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT balance FROM accounts WHERE id = ?")) {
      query.setInt(1, account);
      try (ResultSet rows = query.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  private static void execute(Connection connection, String sql, int... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setInt(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }
}
