package io.cofferdam.internal.worker.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.Outcome;
import io.cofferdam.internal.dialect.registry.Dialects;
import io.cofferdam.internal.worker.guard.TaskGate;
import io.cofferdam.testing.Databases;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The ledger on real databases: what a transaction writes, and what another session then finds. */
@Tag("any-jdk")
@Tag("process")
@ParameterizedClass
@EnumSource(DatabaseKind.class)
@SuppressWarnings({"NullAway", "NullAway.Init"})
class LedgerTest {

  private static final String ID = UUID.randomUUID() + "/1";
  private static final byte[] RESULT = {1, 2, 3};

  @Parameter DatabaseKind kind;

  private TestDatabase database;
  private Connection writer;
  private Connection finder;
  private Ledger written;
  private Ledger found;

  @BeforeEach
  void open() throws Exception {
    database = Databases.fresh(kind);
    writer = database.connect();
    finder = database.connect();
    written = ledger(writer);
    found = ledger(finder);
    writer.setAutoCommit(false);
  }

  @AfterEach
  void close() throws Exception {
    writer.close();
    finder.close();
  }

  private Ledger ledger(Connection connection) throws SQLException {
    Ledger ledger = new Ledger(Dialects.forUrl(database.url()), "cofferdam_outcome", 3_600);
    ledger.open(connection);
    return ledger;
  }

  private void write(String id, byte[] result) throws SQLException {
    if (Dialects.forUrl(database.url()).commitText(writer) != null) {
      written.commit(writer, id, result, "", new Ledger.Texts("", ""));
    } else {
      written.write(writer, id, result);
      writer.commit();
    }
  }

  private @Nullable LedgerRow fence() throws SQLException {
    return found.fence(finder, ID, LedgerKind.FENCED);
  }

  private Outcome outcome() throws SQLException {
    return found.outcomeOf(finder, UUID.fromString(ID.substring(0, 36)));
  }

  @Test
  void findsACommittedTransactionWithItsResult() throws Exception {
    write(ID, RESULT);

    assertThat(fence())
        .usingRecursiveComparison()
        .isEqualTo(new LedgerRow(LedgerKind.COMMITTED, RESULT, "", false));
    assertThat(outcome()).isEqualTo(Outcome.COMMITTED);
  }

  @Test
  void keepsNoResultThatIsTooLong() throws Exception {
    write(ID, new byte[LedgerRow.MAX_RESULT + 1]);

    assertThat(fence().kind()).isEqualTo(LedgerKind.COMMITTED);
    assertThat(fence().result()).isNull();
  }

  @Test
  void keepsTheLongestResult() throws Exception {
    byte[] longest = new byte[LedgerRow.MAX_RESULT];
    Arrays.fill(longest, (byte) 'x');
    write(ID, longest);

    assertThat(fence().result()).isEqualTo(longest);
  }

  @Test
  void committedMeansThatTheTasksOwnWorkIsToo() throws Exception {
    database.run("CREATE TABLE t (id INT PRIMARY KEY)");
    Sql.run(writer, "INSERT INTO t VALUES (1)");
    write(ID, RESULT);
    writer.rollback();

    assertThat(database.number("SELECT COUNT(*) FROM t")).isOne();
  }

  @Test
  void aFenceKeepsTheTransactionFromCommitting() throws Exception {
    database.run("CREATE TABLE t (id INT PRIMARY KEY)");
    Sql.run(writer, "INSERT INTO t VALUES (1)");

    assertThat(fence().kind()).isEqualTo(LedgerKind.FENCED);
    assertThatThrownBy(() -> write(ID, RESULT))
        .isInstanceOfSatisfying(
            SQLException.class,
            refusal ->
                assertThat(Dialects.forUrl(database.url()).failures().provesRollback(refusal))
                    .isTrue());
    writer.rollback();

    assertThat(database.number("SELECT COUNT(*) FROM t")).isZero();
    assertThat(outcome()).isEqualTo(Outcome.ROLLED_BACK);
  }

  @Test
  void aFenceThatIsAskedForAgainIsNotTakenForACommit() throws Exception {
    assertThat(fence().kind()).isEqualTo(LedgerKind.FENCED);
    assertThat(fence().kind()).isEqualTo(LedgerKind.FENCED);
    assertThat(ledger(finder).fence(finder, ID, LedgerKind.RETRIED).kind())
        .isEqualTo(LedgerKind.FENCED);
  }

  @Test
  void saysNothingWhileTheTransactionMayStillCommit() throws Exception {
    written.write(writer, ID, RESULT);
    assertThat(fence()).isNull();

    writer.commit();
    assertThat(fence().kind()).isEqualTo(LedgerKind.COMMITTED);
  }

  @Test
  void fencesOnceTheTransactionIsRolledBack() throws Exception {
    written.write(writer, ID, RESULT);
    assertThat(fence()).isNull();

    writer.rollback();
    assertThat(fence().kind()).isEqualTo(LedgerKind.FENCED);
  }

  @Test
  void anAttemptThatIsTriedAgainLeavesTheTaskOpen() throws Exception {
    String task = ID.substring(0, 37);
    assertThat(outcome()).isEqualTo(Outcome.UNKNOWN);
    found.fence(finder, task + "1", LedgerKind.RETRIED);
    assertThat(outcome()).isEqualTo(Outcome.UNKNOWN);

    write(task + "2", RESULT);
    assertThat(outcome()).isEqualTo(Outcome.COMMITTED);
  }

  @Test
  void doesNotMixUpTasks() throws Exception {
    write(UUID.randomUUID() + "/1", RESULT);
    assertThat(outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void removesWhatIsTooOldInBatches() throws Exception {
    writer.setAutoCommit(true);
    for (int i : IntStream.rangeClosed(1, Ledger.PURGE_BATCH + 1).toArray()) {
      found.fence(finder, "old" + i, LedgerKind.FENCED);
    }
    String past = kind == DatabaseKind.MARIADB ? "UTC_TIMESTAMP()" : "CURRENT_TIMESTAMP";
    Sql.run(finder, "UPDATE cofferdam_outcome SET expires_at = " + past + " - INTERVAL '1' HOUR");
    write(ID, RESULT);

    assertThat(found.purge(finder)).isEqualTo(Ledger.PURGE_BATCH);
    assertThat(found.purge(finder)).isOne();
    assertThat(found.purge(finder)).isZero();
    assertThat(outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(finder.getAutoCommit()).isTrue();
  }

  @Test
  void isMadeByOneOfSeveral() throws Exception {
    assertThat(ledger(writer)).isNotNull();
    assertThat(database.number("SELECT COUNT(*) FROM cofferdam_outcome")).isZero();
  }

  @Test
  void saysHowToMakeItIfItCannotBeMade() throws Exception {
    Ledger nowhere = new Ledger(Dialects.forUrl(database.url()), "nowhere.outcomes", 3_600);

    assertThatThrownBy(() -> nowhere.open(finder))
        .isInstanceOf(SQLException.class)
        .hasMessageContainingAll("the ledger nowhere.outcomes", "CREATE TABLE nowhere.outcomes");
  }

  @Test
  void completesNoClaimThatIsNotThere() {
    assertThatThrownBy(() -> written.keys().complete(writer, "key", RESULT))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("cofferdam_outcome");
  }

  @Test
  void claimsAKeyOnce() throws Exception {
    assertThat(written.keys().claim(writer, "key \u00e4 ", "print", new TaskGate())).isTrue();
    written.keys().complete(writer, "key \u00e4 ", RESULT);
    writer.commit();

    assertThat(found.keys().claim(finder, "key \u00e4 ", "print", new TaskGate())).isFalse();
    assertThat(found.keys().claim(finder, "key \u00e4", "print", new TaskGate())).isTrue();
    assertThat(found.keys().find(finder, "key \u00e4 "))
        .usingRecursiveComparison()
        .isEqualTo(new LedgerRow(LedgerKind.COMMITTED, RESULT, "print", false));
    assertThat(found.keys().find(finder, "KEY \u00e4 ")).isNull();
  }

  @Test
  void aRollbackGivesTheKeyBack() throws Exception {
    assertThat(written.keys().claim(writer, "key", "", new TaskGate())).isTrue();
    writer.rollback();

    assertThat(found.keys().find(finder, "key")).isNull();
    assertThat(found.keys().claim(finder, "key", "", new TaskGate())).isTrue();
  }

  @Test
  void forgetsAKeyWhoseTimeIsOver() throws Exception {
    found.keys().claim(finder, "key", new String(RESULT, StandardCharsets.UTF_8), new TaskGate());
    found.keys().forget(finder, "key");
    assertThat(found.keys().find(finder, "key").expired()).isFalse();

    String past = kind == DatabaseKind.MARIADB ? "UTC_TIMESTAMP()" : "CURRENT_TIMESTAMP";
    Sql.run(finder, "UPDATE cofferdam_outcome SET expires_at = " + past + " - INTERVAL '1' HOUR");
    assertThat(found.keys().find(finder, "key").expired()).isTrue();
    found.keys().forget(finder, "key");
    assertThat(found.keys().find(finder, "key")).isNull();
  }
}
