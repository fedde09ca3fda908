package io.cofferdam.examples.bank;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The tables of the TPC-B benchmark at scale 10, as pgbench lays them out, with names that begin
 * with {@code cofferdam_bank_}. The history has a unique transaction id besides.
 */
final class BankTables {

  static final int BRANCHES = 10;
  static final int TELLERS = 100;
  static final int ACCOUNTS = 1_000_000;

  private static final List<String> CREATE =
      List.of(
          "DROP TABLE IF EXISTS cofferdam_bank_branches, cofferdam_bank_tellers,"
              + " cofferdam_bank_accounts, cofferdam_bank_history",
          """
          CREATE TABLE cofferdam_bank_branches (
            id int NOT NULL, balance bigint NOT NULL DEFAULT 0, filler char(88) DEFAULT '')
            WITH (fillfactor = 10)
          """,
          """
          CREATE TABLE cofferdam_bank_tellers (
            id int NOT NULL, branch int NOT NULL, balance bigint NOT NULL DEFAULT 0,
            filler char(84) DEFAULT '')
            WITH (fillfactor = 10)
          """,
          """
          CREATE TABLE cofferdam_bank_accounts (
            id int NOT NULL, branch int NOT NULL, balance bigint NOT NULL DEFAULT 0,
            filler char(84) DEFAULT '')
          """,
          """
          CREATE TABLE cofferdam_bank_history (
            id bigint PRIMARY KEY, account int NOT NULL, teller int NOT NULL, branch int NOT NULL,
            delta int NOT NULL, at timestamptz NOT NULL DEFAULT now())
          """);

  private static final List<String> LOAD =
      List.of(
          "INSERT INTO cofferdam_bank_branches (id) SELECT generate_series(1, " + BRANCHES + ")",
          fill("tellers", TELLERS),
          fill("accounts", ACCOUNTS),
          "ALTER TABLE cofferdam_bank_branches ADD PRIMARY KEY (id)",
          "ALTER TABLE cofferdam_bank_tellers ADD PRIMARY KEY (id)",
          "ALTER TABLE cofferdam_bank_accounts ADD PRIMARY KEY (id)");

  private static final String VACUUM =
      "VACUUM ANALYZE cofferdam_bank_branches, cofferdam_bank_tellers, cofferdam_bank_accounts,"
          + " cofferdam_bank_history";

  private BankTables() {}

  /** Drops the tables of an earlier run, and creates and fills new ones. */
  static void recreate(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (String sql : CREATE) {
        statement.execute(sql);
      }
      for (String sql : LOAD) {
        statement.execute(sql);
      }
      connection.commit();
      connection.setAutoCommit(true);
      statement.execute(VACUUM);
    }
  }

  /** Reads everything that the audit needs, in one snapshot of the database. */
  static BankState read(Connection connection) throws SQLException {
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    connection.setAutoCommit(false);
    BankState state =
        new BankState(
            historyIds(connection),
            sum(connection, "delta", "history"),
            sum(connection, "balance", "branches"),
            sum(connection, "balance", "tellers"),
            sum(connection, "balance", "accounts"));
    connection.commit();
    return state;
  }

  private static List<Long> historyIds(Connection connection) throws SQLException {
    List<Long> ids = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(10_000);
      try (ResultSet rows = statement.executeQuery("SELECT id FROM cofferdam_bank_history")) {
        while (rows.next()) {
          ids.add(rows.getLong(1));
        }
      }
    }
    return ids;
  }

  private static long sum(Connection connection, String column, String table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT coalesce(sum(" + column + "), 0) FROM cofferdam_bank_" + table)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static String fill(String table, int rows) {
    return "INSERT INTO cofferdam_bank_%s (id, branch) SELECT i, (i - 1) / %d + 1 FROM generate_series(1, %d) i"
        .formatted(table, rows / BRANCHES, rows);
  }
}
