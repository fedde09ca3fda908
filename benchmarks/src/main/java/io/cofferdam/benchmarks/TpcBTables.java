package io.cofferdam.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The tables of the TPC-B benchmark at scale 10. */
final class TpcBTables {

  static final int BRANCHES = 10;
  static final int TELLERS = 100;
  static final int ACCOUNTS = 1_000_000;

  private static final String COLUMNS = " (id int PRIMARY KEY, balance bigint, filler char(84))";

  private TpcBTables() {}

  /** Creates and fills them as pgbench does, with pages that have room for updates. */
  static void createOnPostgres(Connection connection) throws SQLException {
    execute(
        connection,
        "CREATE TABLE branches" + COLUMNS + " WITH (fillfactor = 10)",
        "CREATE TABLE tellers" + COLUMNS + " WITH (fillfactor = 10)",
        "CREATE TABLE accounts" + COLUMNS,
        "CREATE TABLE history (account int, teller int, branch int, delta int,"
            + " at timestamp DEFAULT now())",
        "INSERT INTO branches SELECT i, 0, '' FROM generate_series(1, " + BRANCHES + ") i",
        "INSERT INTO tellers SELECT i, 0, '' FROM generate_series(1, " + TELLERS + ") i",
        "INSERT INTO accounts SELECT i, 0, '' FROM generate_series(1, " + ACCOUNTS + ") i",
        "VACUUM ANALYZE branches, tellers, accounts");
  }

  /** Makes the tables as they are before every measurement: no history, and no dead rows. */
  static void tidyOnPostgres(Connection connection) throws SQLException {
    execute(connection, "TRUNCATE history", "VACUUM branches, tellers, accounts");
  }

  /** Creates and fills them in InnoDB. */
  static void createOnMariaDb(Connection connection) throws SQLException {
    execute(
        connection,
        "CREATE TABLE branches" + COLUMNS,
        "CREATE TABLE tellers" + COLUMNS,
        "CREATE TABLE accounts" + COLUMNS,
        "CREATE TABLE history (id bigint AUTO_INCREMENT PRIMARY KEY, account int, teller int,"
            + " branch int, delta int, at timestamp DEFAULT now())",
        "INSERT INTO branches SELECT seq, 0, '' FROM seq_1_to_" + BRANCHES,
        "INSERT INTO tellers SELECT seq, 0, '' FROM seq_1_to_" + TELLERS,
        "INSERT INTO accounts SELECT seq, 0, '' FROM seq_1_to_" + ACCOUNTS);
  }

  /** Makes the tables as they are before every measurement: no history. */
  static void tidyOnMariaDb(Connection connection) throws SQLException {
    execute(connection, "TRUNCATE history");
  }

  private static void execute(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
