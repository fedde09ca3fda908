package io.cofferdam.faults;

import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Holds a statement or a commit in the server: a {@link LedgerTask} waits for a row that this has
 * locked. A commit does that too on PostgreSQL, in a deferred trigger; on MariaDB it waits for the
 * end of a backup's last stage, on H2 for that of the exclusive mode.
 */
final class FaultGate implements AutoCloseable {

  private final DatabaseKind kind;
  private final Connection connection;
  private final Connection observer;
  private final Connection watching;
  private @Nullable String opening;

  /**
   * @param observer another session, which asks the server what it does
   */
  FaultGate(DatabaseKind kind, Connection connection, Connection observer) throws SQLException {
    this.kind = kind;
    this.connection = connection;
    this.observer = observer;
    Sql.run(
        connection,
        "CREATE TABLE ledger (id INT PRIMARY KEY, waits INT, work VARCHAR(10))",
        "CREATE TABLE gate (id INT PRIMARY KEY)",
        "INSERT INTO gate VALUES (1)");
    if (kind == DatabaseKind.POSTGRESQL) {
      Sql.run(
          connection,
          """
          CREATE FUNCTION pass_gate() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN
            PERFORM id FROM gate WHERE id = 1 FOR UPDATE;
            RETURN NULL;
          END $$
          """,
          """
          CREATE CONSTRAINT TRIGGER waits AFTER INSERT ON ledger DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW WHEN (NEW.waits = 1) EXECUTE FUNCTION pass_gate()
          """,
          "GRANT ALL ON ledger, gate TO PUBLIC");
    }
    watching = kind == DatabaseKind.H2 ? watching(connection.getMetaData().getURL()) : connection;
  }

  /**
   * Opens another database in the same server. A function in the tasks' database would make each
   * death UNKNOWN there.
   */
  private static Connection watching(String url) throws SQLException {
    Connection other =
        DriverManager.getConnection(url.replaceFirst("/\\./.*", "/mem:watching"), "watching", "");
    Sql.run(
        other,
        """
          CREATE ALIAS IF NOT EXISTS WAITING_FOR_EXCLUSIVE_MODE AS 'long waiting() {
            return Thread.getAllStackTraces().values().stream()
                .flatMap(java.util.Arrays::stream)
                .filter(frame -> frame.getMethodName().equals("waitIfExclusiveModeEnabled"))
                .count();
          }'
          """);
    return other;
  }

  /** Holds statements that ask for the row. */
  void closeForStatements() throws SQLException {
    connection.setAutoCommit(false);
    Sql.number(connection, "SELECT id FROM gate WHERE id = 1 FOR UPDATE");
  }

  /** Holds commits: those of the tasks that are to wait, or all. */
  void closeForCommits() throws SQLException {
    switch (kind) {
      case POSTGRESQL -> closeForStatements();
      case MARIADB ->
          closeBy("BACKUP STAGE END", "BACKUP STAGE START", "BACKUP STAGE BLOCK_COMMIT");
      case H2 -> closeBy("SET EXCLUSIVE 0", "SET EXCLUSIVE 1");
    }
  }

  private void closeBy(String opens, String... closing) throws SQLException {
    opening = opens;
    Sql.run(connection, closing);
  }

  /** Opens the gate, if it is closed. */
  void open() throws SQLException {
    if (!connection.getAutoCommit()) {
      connection.rollback();
      connection.setAutoCommit(true);
    }
    if (opening != null) {
      String statement = opening;
      opening = null;
      Sql.run(connection, statement);
    }
  }

  /** Tells whether the session waits at the gate in a statement that holds the text. */
  boolean holds(long session, String statement) throws SQLException {
    return Sql.number(observer(), kind.sessionWaitsIn(session, statement)) > 0;
  }

  /** Tells whether the session waits at the gate in its commit. H2 does not show which it is. */
  boolean holdsCommitOf(long session) throws SQLException {
    return kind == DatabaseKind.H2
        ? Sql.number(watching, "SELECT WAITING_FOR_EXCLUSIVE_MODE()") > 0
        : holds(session, "COMMIT");
  }

  /** Returns the session that may ask the server, whether or not the gate is closed. */
  Connection observer() {
    return kind == DatabaseKind.H2 ? connection : observer;
  }

  @Override
  public void close() throws SQLException {
    watching.close();
    connection.close();
  }
}
