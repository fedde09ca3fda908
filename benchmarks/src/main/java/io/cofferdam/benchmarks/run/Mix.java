package io.cofferdam.benchmarks.run;

import io.cofferdam.TransactionTask;
import io.cofferdam.testkit.tpcb.TpcB;
import io.cofferdam.testkit.tpcb.TpcBTables;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;

/** Which transactions a load has. */
public enum Mix {
  /** TPC-B: five statements, four of which write. */
  TPCB("TPC-B"),
  /** Nine of ten transactions read three balances; the others are TPC-B. */
  READ_MOSTLY("read-mostly"),
  /** A task that does nothing: no round trip to the database at all. */
  NOOP("no-op");

  private static final int MAX_DELTA = 5_000;

  private final String title;

  Mix(String title) {
    this.title = title;
  }

  /** Returns its name in reports. */
  public String title() {
    return title;
  }

  /** Returns a transaction on an account, a teller and a branch taken at random. */
  public TransactionTask<Long, SQLException> next(int accounts) {
    if (this == NOOP) {
      return connection -> 0L;
    }
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int account = random.nextInt(accounts) + 1;
    int teller = random.nextInt(TpcBTables.TELLERS) + 1;
    int branch = random.nextInt(TpcBTables.BRANCHES) + 1;
    if (this == READ_MOSTLY && random.nextInt(10) != 0) {
      return connection -> balances(connection, account, teller, branch);
    }
    long id = random.nextLong();
    int delta = random.nextInt(-MAX_DELTA, MAX_DELTA + 1);
    return connection -> TpcB.run(connection, id, account, teller, branch, delta);
  }

  private static long balances(Connection connection, int account, int teller, int branch)
      throws SQLException {
    return balance(connection, "accounts", account)
        + balance(connection, "tellers", teller)
        + balance(connection, "branches", branch);
  }

  private static long balance(Connection connection, String table, int id) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT balance FROM cofferdam_bank_" + table + " WHERE id = ?")) {
      query.setInt(1, id);
      try (ResultSet rows = query.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }
}
