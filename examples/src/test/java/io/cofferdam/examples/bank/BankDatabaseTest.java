package io.cofferdam.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.Outcome;
import io.cofferdam.OutcomeTracking;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.tpcb.TpcB;
import io.cofferdam.testkit.tpcb.TpcBState;
import io.cofferdam.testkit.tpcb.TpcBTables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BankDatabaseTest {

  private static final Answer COMMITTED = Answer.of(null);
  private static final Answer ROLLED_BACK =
      new Answer(Outcome.ROLLED_BACK, "WorkerCrashedException", true);

  private static BankDatabase database;

  @BeforeAll
  static void commitOneTransactionAndRollBackAnother() throws Exception {
    database = BankDatabase.embedded();
    try (Connection connection = database.connect()) {
      TpcBTables.recreate(connection, DatabaseKind.POSTGRESQL);
      connection.setAutoCommit(false);
      assertThat(TpcB.run(connection, 1, TpcBTables.ACCOUNTS, TpcBTables.TELLERS, 10, 250))
          .isEqualTo(250);
      connection.commit();
      TpcB.run(connection, 2, 1, 1, 1, 99);
      connection.rollback();
    }
  }

  @AfterAll
  static void stopDatabase() throws Exception {
    database.close();
  }

  @Test
  void readsWhatWasCommittedAndNothingElse() throws SQLException {
    TpcBState bank = read();

    assertThat(bank.historyIds()).containsExactly(1L);
    assertThat(bank.historySum()).isEqualTo(250);
    assertThat(Audit.judge(run(COMMITTED, ROLLED_BACK), bank, OutcomeTracking.NONE)).isEmpty();
  }

  @Test
  void auditFailsClientsThatWereToldTheWrongOutcome() throws SQLException {
    assertThat(Audit.judge(run(ROLLED_BACK, COMMITTED), read(), OutcomeTracking.NONE))
        .containsExactly(
            "acknowledged but not in the history: 1, the first with id 2",
            "reported as rolled back but in the history: 1, the first with id 1");
  }

  @Test
  void auditFailsABalanceThatTheHistoryDoesNotExplain() throws SQLException {
    execute("UPDATE cofferdam_bank_tellers SET balance = balance - 1 WHERE id = 7");
    try {
      assertThat(Audit.judge(run(COMMITTED, ROLLED_BACK), read(), OutcomeTracking.NONE))
          .containsExactly("the balances of the tellers sum up to 249, the history to 250");
    } finally {
      execute("UPDATE cofferdam_bank_tellers SET balance = balance + 1 WHERE id = 7");
    }
  }

  @Test
  void embeddedServerIsDurable() throws SQLException {
    assertThat(show("fsync")).isEqualTo("on");
    assertThat(show("synchronous_commit")).isEqualTo("on");
    assertThat(show("full_page_writes")).isEqualTo("on");
  }

  private static RunResult run(Answer first, Answer second) {
    return new RunResult(Duration.ofSeconds(1), 2, 2, Map.of(1L, first, 2L, second), 1, 0, 1, 0);
  }

  private static TpcBState read() throws SQLException {
    try (Connection connection = database.connect()) {
      return TpcBTables.read(connection);
    }
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String show(String setting) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW " + setting)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
