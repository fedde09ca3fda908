package io.cofferdam.testkit.tpcb;

import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The tables of the TPC-B benchmark at scale 10, as pgbench lays them out, with names that begin
 * with {@code cofferdam_bank_}. The history has the transaction's id besides. That column is not
 * unique, so that a transaction which was committed twice is there twice.
 */
public final class TpcBTables {

  /** How many branches there are; their ids begin at 1, as all ids do. */
  public static final int BRANCHES = 10;

  /** How many tellers there are. */
  public static final int TELLERS = 100;

  /** How many accounts the benchmark has. */
  public static final int ACCOUNTS = 1_000_000;

  private static final List<String> TABLES = List.of("branches", "tellers", "accounts");
  private static final String PREFIX = "cofferdam_bank_";
  private static final int FETCHED_ROWS = 10_000;

  private TpcBTables() {}

  /** Drops the tables of an earlier run, and creates and fills new ones. */
  public static void recreate(Connection connection, DatabaseKind kind) throws SQLException {
    recreate(connection, kind, ACCOUNTS);
  }

  /**
   * Drops the tables of an earlier run, and creates and fills new ones.
   *
   * @param accounts how many accounts there are: fewer are faster to load, and more often in each
   *     other's way
   */
  public static void recreate(Connection connection, DatabaseKind kind, int accounts)
      throws SQLException {
    // pgbench leaves room for updates in the pages of small tables.
    String room = kind == DatabaseKind.POSTGRESQL ? " WITH (fillfactor = 10)" : "";
    Sql.run(
        connection,
        "DROP TABLE IF EXISTS "
            + "cofferdam_bank_branches, cofferdam_bank_tellers, cofferdam_bank_accounts,"
            + " cofferdam_bank_history",
        create("branches", room),
        create("tellers", room),
        create("accounts", ""),
        "CREATE TABLE cofferdam_bank_history (id bigint NOT NULL, account int NOT NULL,"
            + " teller int NOT NULL, branch int NOT NULL, delta int NOT NULL,"
            + " at timestamp DEFAULT CURRENT_TIMESTAMP NOT NULL)",
        fill(kind, "branches", BRANCHES),
        fill(kind, "tellers", TELLERS),
        fill(kind, "accounts", accounts));
    for (String table : TABLES) {
      Sql.run(connection, "ALTER TABLE " + PREFIX + table + " ADD PRIMARY KEY (id)");
    }
    if (kind == DatabaseKind.POSTGRESQL) {
      Sql.run(connection, vacuum("VACUUM ANALYZE"));
    }
  }

  /** Empties the history, and removes what updates have left behind. The balances stay. */
  public static void tidy(Connection connection, DatabaseKind kind) throws SQLException {
    Sql.run(connection, "TRUNCATE TABLE cofferdam_bank_history");
    if (kind == DatabaseKind.POSTGRESQL) {
      Sql.run(connection, vacuum("VACUUM"));
    }
  }

  /**
   * Reads everything that an audit needs, in one snapshot of the database. The connection is in a
   * transaction of its own before and after.
   */
  public static TpcBState read(Connection connection) throws SQLException {
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    connection.setAutoCommit(false);
    TpcBState state =
        new TpcBState(
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
      statement.setFetchSize(FETCHED_ROWS);
      try (ResultSet rows = statement.executeQuery("SELECT id FROM cofferdam_bank_history")) {
        while (rows.next()) {
          ids.add(rows.getLong(1));
        }
      }
    }
    return ids;
  }

  private static long sum(Connection connection, String column, String table) throws SQLException {
    return Sql.number(connection, "SELECT COALESCE(SUM(" + column + "), 0) FROM " + PREFIX + table);
  }

  private static String create(String table, String room) {
    return "CREATE TABLE "
        + PREFIX
        + table
        + " (id int NOT NULL, branch int NOT NULL, balance bigint DEFAULT 0 NOT NULL,"
        + " filler char(84) DEFAULT '')"
        + room;
  }

  private static String fill(DatabaseKind kind, String table, int rows) {
    String numbers =
        switch (kind) {
          case POSTGRESQL -> "generate_series(1, " + rows + ") AS numbers (i)";
          case MARIADB -> "(SELECT seq AS i FROM seq_1_to_" + rows + ") AS numbers";
          case H2 -> "(SELECT X AS i FROM SYSTEM_RANGE(1, " + rows + ")) AS numbers";
        };
    return "INSERT INTO %s%s (id, branch) SELECT i, FLOOR((i - 1) / %d) + 1 FROM %s"
        .formatted(PREFIX, table, rows / BRANCHES, numbers);
  }

  private static String vacuum(String how) {
    return how + " cofferdam_bank_branches, cofferdam_bank_tellers, cofferdam_bank_accounts";
  }
}
