package io.cofferdam.functional.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.cofferdam.CommitFailedException;
import io.cofferdam.ExecutorSnapshot;
import io.cofferdam.ExecutorsWithAClock;
import io.cofferdam.Outcome;
import io.cofferdam.OutcomeTracking;
import io.cofferdam.TaskSerializationException;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionRejectedException;
import io.cofferdam.TransactionTask;
import io.cofferdam.TransactionTimeoutException;
import io.cofferdam.WorkerStartException;
import io.cofferdam.functional.OnEveryDatabase;
import io.cofferdam.testing.Gate;
import io.cofferdam.testing.StandingClock;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the ledger of outcomes and idempotency keys promises. */
@Tag("any-jdk")
class OutcomeLedgerTest extends OnEveryDatabase {

  private static final String LEDGER = "cofferdam_outcome";

  private final StandingClock clock = new StandingClock();

  @Override
  protected TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
    return builder.outcomeTracking(OutcomeTracking.LEDGER);
  }

  @Override
  protected TransactionExecutor start(TransactionExecutorBuilder builder) {
    return ExecutorsWithAClock.start(builder, clock);
  }

  @BeforeEach
  void empty() throws SQLException {
    database.run("DELETE FROM " + LEDGER);
  }

  /** Returns the id of the row that was inserted with the options' key. */
  private int pay(TransactionOptions options, String table, int id) throws SQLException {
    return client.execute(options, payment(table, id));
  }

  private static TransactionTask<Integer, SQLException> payment(String table, int id) {
    return connection -> {
      Sql.run(connection, "INSERT INTO " + table + " VALUES (" + id + ", 'paid')");
      return id;
    };
  }

  /** Leaves it to the rows of the ledger what is said of a key. */
  private void forgetWhatIsKept() {
    clock.pass(Duration.ofMinutes(1));
  }

  private long rowsOfKind(String rowKind) throws SQLException {
    return database.number("SELECT COUNT(*) FROM " + LEDGER + " WHERE kind = '" + rowKind + "'");
  }

  /** Returns the id of the only task in the ledger. */
  private UUID task() throws SQLException {
    try (Connection connection = database.connect();
        PreparedStatement query = connection.prepareStatement("SELECT id FROM " + LEDGER);
        var rows = query.executeQuery()) {
      assertThat(rows.next()).isTrue();
      String id = new String(rows.getBytes(1), UTF_8);
      assertThat(rows.next()).isFalse();
      assertThat(id).endsWith("/1");
      return UUID.fromString(id.substring(0, 36));
    }
  }

  @Nested
  class ATransaction {

    @Test
    void leavesOneRowThatTellsItWasCommitted() throws Exception {
      String table = table();
      client.run(sql("INSERT INTO " + table + " VALUES (1, 'x')"));

      assertThat(executor.outcomeOf(task())).isEqualTo(Outcome.COMMITTED);
      assertThat(rowsOfKind("COMMITTED")).isOne();
    }

    @Test
    void isFoundByAnotherExecutorToo() throws Exception {
      String table = table();
      client.run(sql("INSERT INTO " + table + " VALUES (1, 'x')"));
      try (TransactionExecutor other =
          configure(TestExecutors.on(database).name("other").workers(1).warmSpares(0)).build()) {
        assertThat(other.outcomeOf(task())).isEqualTo(Outcome.COMMITTED);
      }
    }

    @Test
    void leavesNoRowIfItFails() throws Exception {
      String table = table();
      assertThatThrownBy(
              () ->
                  client.run(
                      connection -> {
                        Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')");
                        throw new IllegalStateException("no");
                      }))
          .hasMessage("no");

      assertThat(database.number("SELECT COUNT(*) FROM " + LEDGER)).isZero();
    }

    @Test
    void leavesNoRowIfItIsReadOnlyOrExecutesNothing() throws Exception {
      String table = table();
      client.execute(
          TransactionOptions.defaults().readOnly(), textOf("SELECT COUNT(*) FROM " + table));
      client.execute(connection -> 1);

      assertThat(database.number("SELECT COUNT(*) FROM " + LEDGER)).isZero();
    }

    @Test
    void staysAReadOnPostgresIfItsStatementsAreQueries() throws Exception {
      String table = table();
      client.execute(textOf("SELECT COUNT(*) FROM " + table));

      assertThat(database.number("SELECT COUNT(*) FROM " + LEDGER))
          .isEqualTo(kind == DatabaseKind.POSTGRESQL ? 0 : 1);
    }

    @Test
    void isUnknownIfTheLedgerDoesNotKnowIt() {
      assertThat(executor.outcomeOf(UUID.randomUUID())).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void cannotBeAskedForWithoutALedger() {
      try (TransactionExecutor without =
          TestExecutors.on(database)
              .name("without")
              .outcomeTracking(OutcomeTracking.NONE)
              .workers(1)
              .warmSpares(0)
              .build()) {
        assertThatIllegalStateException()
            .isThrownBy(() -> without.outcomeOf(UUID.randomUUID()))
            .withMessageContaining("outcomeTracking(OutcomeTracking.LEDGER)");
        TransactionOptions keyed = TransactionOptions.defaults().idempotencyKey("k");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> without.client("c").execute(keyed, connection -> 1))
            .withMessageContaining("outcomeTracking(OutcomeTracking.LEDGER)");
      }
    }

    @Test
    void isRolledBackIfItMayNotWriteItsRow() throws Exception {
      String table = table();
      database.run("ALTER TABLE " + LEDGER + " RENAME TO elsewhere");
      try {
        assertRolledBack(
            CommitFailedException.class,
            () -> client.run(sql("INSERT INTO " + table + " VALUES (1, 'x')")));
      } finally {
        database.run("ALTER TABLE elsewhere RENAME TO " + LEDGER);
      }
      assertThat(rows(table)).isZero();
    }
  }

  @Nested
  class TheTable {

    @Test
    void mayHaveAnotherName() throws Exception {
      String table = table();
      try (TransactionExecutor other =
          configure(TestExecutors.on(database).name("named").workers(1).warmSpares(0))
              .ledgerTable("outcomes_of_mine")
              .build()) {
        other.client("c").run(sql("INSERT INTO " + table + " VALUES (1, 'x')"));
      }
      assertThat(database.number("SELECT COUNT(*) FROM outcomes_of_mine")).isOne();
      database.run("DROP TABLE outcomes_of_mine");
    }

    @Test
    void isAskedForIfItCannotBeMade() {
      TransactionExecutorBuilder builder =
          configure(TestExecutors.on(database).name("nowhere").workers(1).warmSpares(0))
              .ledgerTable("nowhere.outcomes");

      assertThatExceptionOfType(WorkerStartException.class)
          .isThrownBy(builder::build)
          .withMessageContainingAll(
              "CREATE TABLE nowhere.outcomes", "Let an administrator make it");
    }
  }

  @Nested
  class AnIdempotencyKey {

    private final String key = "payment-" + UUID.randomUUID();
    private final TransactionOptions keyed =
        TransactionOptions.defaults().idempotencyKey(key, "100 EUR");

    @Test
    void commitsOnceAndGivesTheStoredResultAfterwards() throws Exception {
      String table = table();

      assertThat(pay(keyed, table, 1)).isEqualTo(1);
      forgetWhatIsKept();
      assertThat(pay(keyed, table, 2)).isEqualTo(1);

      assertThat(rows(table)).isOne();
    }

    @Test
    void holdsAcrossExecutors() throws Exception {
      String table = table();
      pay(keyed, table, 1);
      try (TransactionExecutor other =
          configure(TestExecutors.on(database).name("other").workers(1).warmSpares(0)).build()) {
        int answer = other.client("c").execute(keyed, payment(table, 2));
        assertThat(answer).isEqualTo(1);
      }
      assertThat(rows(table)).isOne();
    }

    @Test
    void isNotConsumedByAFailure() throws Exception {
      String table = table();
      assertThatThrownBy(
              () ->
                  client.run(
                      keyed,
                      connection -> {
                        throw new IllegalStateException("no");
                      }))
          .hasMessage("no");

      assertThat(pay(keyed, table, 2)).isEqualTo(2);
    }

    @Test
    void isRefusedForAnotherRequest() throws Exception {
      String table = table();
      pay(keyed, table, 1);
      forgetWhatIsKept();
      TransactionOptions other = TransactionOptions.defaults().idempotencyKey(key, "200 EUR");

      TransactionRejectedException refusal =
          catchThrowableOfType(TransactionRejectedException.class, () -> pay(other, table, 2));

      assertThat(refusal.reason()).isEqualTo(TransactionRejectedException.Reason.KEY_REUSED);
      assertThat(refusal.outcome()).isEqualTo(Outcome.NOT_STARTED);
      assertThat(rows(table)).isOne();
    }

    @Test
    void refusesAResultThatTheLedgerHasNoRoomFor() throws Exception {
      String table = table();
      assertRolledBack(
          TaskSerializationException.class,
          () ->
              client.execute(
                  keyed,
                  connection -> {
                    Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')");
                    return "x".repeat(2 << 20);
                  }));
      assertThat(rows(table)).isZero();
      assertThat(pay(keyed, table, 2)).isEqualTo(2);
    }

    @Test
    void letsOneOfManyCommit() throws Exception {
      String table = table();
      try (TransactionExecutor other =
          configure(TestExecutors.on(database).name("other").workers(2).warmSpares(0)).build()) {
        var theirs = other.client("theirs");
        List<CompletableFuture<Integer>> answers =
            IntStream.range(0, 30)
                .mapToObj(id -> (id % 2 == 0 ? client : theirs).submit(keyed, payment(table, id)))
                .toList();
        int first = answers.get(0).join();
        assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isEqualTo(first));
      }
      assertThat(rows(table)).isOne();
    }

    /** Claims the key for somebody who has not decided yet. */
    private void claim(Connection holder) throws SQLException {
      holder.setAutoCommit(false);
      String expiry =
          kind == DatabaseKind.MARIADB
              ? "UTC_TIMESTAMP() + INTERVAL 1 DAY"
              : "TIMESTAMP '2999-01-01 00:00:00'";
      try (PreparedStatement claim =
          holder.prepareStatement(
              "INSERT INTO "
                  + LEDGER
                  + " (id, kind, expires_at) VALUES (?, 'CLAIMED', "
                  + expiry
                  + ")")) {
        claim.setBytes(1, ("key:" + key).getBytes(UTF_8));
        claim.executeUpdate();
      }
    }

    private CompletableFuture<Integer> submitAndAwaitItsClaim(String table) {
      CompletableFuture<Integer> waiting = client.submit(keyed, payment(table, 2));
      await().atMost(PATIENCE).until(() -> database.number(kind.waiters(LEDGER)) > 0);
      assertThat(waiting).isNotDone();
      return waiting;
    }

    @Test
    void waitsWithinItsDeadlineForSomebodyElseWhoHoldsIt() throws Exception {
      String table = table();
      try (Connection holder = database.connect()) {
        claim(holder);
        TransactionTimeoutException timeout =
            catchThrowableOfType(
                TransactionTimeoutException.class,
                () -> pay(keyed.timeout(Duration.ofSeconds(2)), table, 1));
        assertThat(timeout.outcome()).isEqualTo(Outcome.ROLLED_BACK);

        CompletableFuture<Integer> waiting = submitAndAwaitItsClaim(table);
        holder.rollback();
        assertThat(waiting.join()).isEqualTo(2);
      }
      assertThat(rows(table)).isOne();
    }

    @Test
    void isClaimedAgainIfTheConnectionIsLostMeanwhile() throws Exception {
      String table = table();
      String query = kind.sessionId();
      long session = client.execute(connection -> Sql.number(connection, query));
      try (Connection holder = database.connect()) {
        claim(holder);
        // H2 goes on with the statement of a session that is ended, so there it comes before.
        boolean before = kind == DatabaseKind.H2;
        if (before) {
          database.run(kind.endSession(session));
        }
        CompletableFuture<Integer> waiting = submitAndAwaitItsClaim(table);
        if (!before) {
          database.run(kind.endSession(session));
        }
        holder.rollback();

        assertThat(waiting.join()).isEqualTo(2);
      }
      assertThat(rows(table)).isOne();
    }

    @Test
    void isFreeAgainWhenItsTimeIsOver() throws Exception {
      String table = table();
      pay(keyed, table, 1);
      String past = kind == DatabaseKind.MARIADB ? "UTC_TIMESTAMP()" : "CURRENT_TIMESTAMP";
      database.run("UPDATE " + LEDGER + " SET expires_at = " + past + " - INTERVAL '1' HOUR");
      forgetWhatIsKept();

      assertThat(pay(keyed, table, 2)).isEqualTo(2);
    }

    @Test
    void survivesTheDeathOfTheWorkerThatHeldIt() throws Exception {
      String table = table();
      assertThatThrownBy(
              () ->
                  client.run(
                      keyed,
                      connection -> {
                        Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')");
                        Runtime.getRuntime().halt(9);
                      }))
          .satisfies(failure -> assertThat(Outcome.of(failure)).isEqualTo(Outcome.ROLLED_BACK));

      assertThat(pay(keyed, table, 2)).isEqualTo(2);
      assertThat(rows(table)).isOne();
    }

    @Test
    void isSpentIfOnlyAPartOfItsWorkIsCommitted() throws Exception {
      String table = table();
      assertThatThrownBy(
              () ->
                  client.run(
                      keyed,
                      connection -> {
                        Sql.run(connection, "CREATE TABLE made_by_" + table + " (id INT)");
                        throw new IllegalStateException("no");
                      }))
          .hasMessage("no");

      if (kind == DatabaseKind.POSTGRESQL) {
        assertThat(pay(keyed, table, 2)).as("nothing commits by itself there").isEqualTo(2);
        return;
      }
      CommitFailedException spent =
          catchThrowableOfType(CommitFailedException.class, () -> pay(keyed, table, 2));
      assertThat(spent.outcome()).isEqualTo(Outcome.UNKNOWN);
      assertThat(spent).hasMessageContaining("remove the key's row");
    }
  }

  @Nested
  class AKeptResult {

    private final String key = "payment-" + UUID.randomUUID();
    private final TransactionOptions keyed =
        TransactionOptions.defaults().idempotencyKey(key, "100 EUR");
    private final TransactionOptions otherFingerprint =
        TransactionOptions.defaults().idempotencyKey(key, "200 EUR");

    @Test
    void answersADuplicateWithoutAWorkerAndWithoutTheDatabase() throws Exception {
      String table = table();
      pay(keyed, table, 1);
      ExecutorSnapshot before = executor.snapshot();
      database.run("DELETE FROM " + LEDGER);

      assertThat(pay(keyed, table, 2)).isEqualTo(1);

      assertThat(executor.snapshot().dispatched()).isEqualTo(before.dispatched());
      assertThat(executor.snapshot().committed()).isEqualTo(before.committed() + 1);
      assertThat(rows(table)).isOne();
    }

    @Test
    void answersAFutureToo() throws Exception {
      String table = table();
      pay(keyed, table, 1);
      long dispatched = executor.snapshot().dispatched();

      assertThat(client.submit(keyed, payment(table, 2)).join()).isEqualTo(1);

      assertThat(executor.snapshot().dispatched()).isEqualTo(dispatched);
    }

    @Test
    void leavesItToTheRowAfterAMinute() throws Exception {
      String table = table();
      pay(keyed, table, 1);
      long dispatched = executor.snapshot().dispatched();
      clock.pass(Duration.ofMinutes(1));

      assertThat(pay(keyed, table, 2)).isEqualTo(1);
      assertThat(executor.snapshot().dispatched()).isEqualTo(dispatched + 1);

      database.run("DELETE FROM " + LEDGER);
      assertThat(pay(keyed, table, 2)).as("the stored result was not kept").isEqualTo(2);
    }

    @Test
    void isKeptByTheExecutorThatCommittedAlone() throws Exception {
      String table = table();
      pay(keyed, table, 1);
      database.run("DELETE FROM " + LEDGER);

      try (TransactionExecutor other =
          configure(TestExecutors.on(database).name("other").workers(1).warmSpares(0)).build()) {
        assertThat(other.client("c").execute(keyed, payment(table, 2))).isEqualTo(2);
      }
    }

    @Test
    void refusesAnotherRequestAsTheRowDoes() throws Exception {
      String table = table();
      pay(keyed, table, 1);
      long dispatched = executor.snapshot().dispatched();

      TransactionRejectedException kept = refusal(table);
      assertThat(executor.snapshot().dispatched()).isEqualTo(dispatched);
      clock.pass(Duration.ofMinutes(1));
      TransactionRejectedException byTheRow = refusal(table);

      assertThat(executor.snapshot().dispatched()).isEqualTo(dispatched + 1);
      assertThat(kept.reason()).isEqualTo(byTheRow.reason());
      assertThat(kept.outcome()).isEqualTo(Outcome.NOT_STARTED).isEqualTo(byTheRow.outcome());
      assertThat(withoutVaryingParts(kept)).isEqualTo(withoutVaryingParts(byTheRow));
    }

    private TransactionRejectedException refusal(String table) {
      CompletableFuture<Integer> future = client.submit(otherFingerprint, payment(table, 2));
      CompletionException failure = catchThrowableOfType(CompletionException.class, future::join);
      assertThat(failure.getCause()).isInstanceOf(TransactionRejectedException.class);
      return (TransactionRejectedException) failure.getCause();
    }

    /** Returns the message without the id of the task and the counts of the executor. */
    private String withoutVaryingParts(TransactionRejectedException refusal) {
      return String.valueOf(refusal.getMessage())
          .replace(refusal.taskId().orElseThrow().toString(), "ID")
          .replaceAll("\\(queued=.*\\)", "");
    }

    @Test
    void answersThoseThatWaitForTheFirst() throws Exception {
      String table = table();
      long dispatched = executor.snapshot().dispatched();
      try (Gate gate = Gate.closed()) {
        CompletableFuture<Integer> first =
            client.submit(
                keyed,
                connection -> {
                  gate.await();
                  return payment(table, 1).run(connection);
                });
        List<CompletableFuture<Integer>> others =
            IntStream.range(2, 22)
                .mapToObj(id -> client.submit(keyed, payment(table, id)))
                .toList();
        gate.open();

        assertThat(first.join()).isEqualTo(1);
        assertThat(others).allSatisfy(other -> assertThat(other.join()).isEqualTo(1));
      }
      assertThat(executor.snapshot().dispatched()).isEqualTo(dispatched + 1);
      assertThat(rows(table)).isOne();
    }

    @Test
    void isNotGivenToAClosedClient() throws Exception {
      String table = table();
      pay(keyed, table, 1);
      TransactionClient closed = executor.client("closed");
      closed.close();

      TransactionRejectedException refusal =
          catchThrowableOfType(
              TransactionRejectedException.class, () -> closed.execute(keyed, payment(table, 2)));
      assertThat(refusal.reason()).isEqualTo(TransactionRejectedException.Reason.CLIENT_CLOSED);
    }

    @Test
    void isNotGivenByAClosedExecutor() throws Exception {
      String table = table();
      TransactionExecutor closing =
          configure(TestExecutors.on(database).name("closing").workers(1).warmSpares(0)).build();
      try (TransactionClient late = closing.client("late")) {
        assertThat(late.execute(keyed, payment(table, 1))).isEqualTo(1);
        closing.close();

        TransactionRejectedException refusal =
            catchThrowableOfType(
                TransactionRejectedException.class, () -> late.execute(keyed, payment(table, 2)));
        assertThat(refusal.reason()).isEqualTo(TransactionRejectedException.Reason.EXECUTOR_CLOSED);
      }
    }
  }
}
