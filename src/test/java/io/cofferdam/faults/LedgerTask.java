package io.cofferdam.faults;

import io.cofferdam.TransactionTask;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A task of the fault matrix: writes its id into the ledger, and returns what only it returns.
 *
 * @param padding makes it larger than what is read of it at first
 */
record LedgerTask(FaultFiles files, DatabaseKind kind, int id, Pause pause, String padding)
    implements TransactionTask<String, SQLException> {

  /** Where the task waits for the test. */
  enum Pause {
    NOWHERE,
    /** In a statement, for a row that the test has locked. */
    IN_A_STATEMENT,
    /** Until the test lets it return. */
    AT_THE_END,
    /** Until the test lets it return, and then in the commit. */
    IN_THE_COMMIT
  }

  /** The comment by which the server shows the statement that waits. */
  static final String MARK = "/* waits */";

  private static final String PADDING = "x".repeat(400);

  LedgerTask(FaultFiles files, DatabaseKind kind, int id, Pause pause) {
    this(files, kind, id, pause, PADDING);
  }

  static String resultOf(int id) {
    return "the result of " + id + PADDING;
  }

  @Override
  public String run(Connection connection) throws SQLException {
    files.begins(id);
    files.session(id, Sql.number(connection, kind.sessionId()));
    int waits = pause == Pause.IN_THE_COMMIT ? 1 : 0;
    Sql.run(connection, "INSERT INTO ledger VALUES (" + id + ", " + waits + ", 'half')");
    if (pause == Pause.IN_A_STATEMENT) {
      Sql.number(connection, "SELECT id FROM gate WHERE id = 1 FOR UPDATE " + MARK);
    }
    Sql.run(connection, "UPDATE ledger SET work = 'whole' WHERE id = " + id);
    if (pause == Pause.AT_THE_END || pause == Pause.IN_THE_COMMIT) {
      files.awaitReturn(id);
    }
    return "the result of " + id + padding;
  }
}
