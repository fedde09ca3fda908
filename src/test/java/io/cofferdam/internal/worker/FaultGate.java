package io.cofferdam.internal.worker;

import io.cofferdam.testing.DatabaseKind;
import io.cofferdam.testing.Sql;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Holds a statement or a commit in the server: a {@link LedgerTask} waits for a row that this has
 * locked. A commit does that too on PostgreSQL, in a deferred trigger; on MariaDB it waits for the
 * end of a backup's last stage, on H2 for that of the exclusive mode.
 */
final class FaultGate implements AutoCloseable {

  private final DatabaseKind kind;
  private final Connection connection;

  FaultGate(DatabaseKind kind, Connection connection) throws SQLException {
    this.kind = kind;
    this.connection = connection;
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
      case MARIADB -> Sql.run(connection, "BACKUP STAGE START", "BACKUP STAGE BLOCK_COMMIT");
      case H2 -> Sql.run(connection, "SET EXCLUSIVE 1");
    }
  }

  void open() throws SQLException {
    if (!connection.getAutoCommit()) {
      connection.rollback();
      connection.setAutoCommit(true);
    } else {
      switch (kind) {
        case POSTGRESQL -> {}
        case MARIADB -> Sql.run(connection, "BACKUP STAGE END");
        case H2 -> Sql.run(connection, "SET EXCLUSIVE 0");
      }
    }
  }

  /** Returns the session that may ask the server while the gate is closed for commits. */
  Connection connection() {
    return connection;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
