package io.cofferdam.functional.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.cofferdam.CommitFailedException;
import io.cofferdam.IsolationLevel;
import io.cofferdam.Outcome;
import io.cofferdam.PartialCommitException;
import io.cofferdam.TransactionCancelledException;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionTask;
import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.functional.WithHarmedWorkers;
import io.cofferdam.testing.DatabaseProxy;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On PostgreSQL the driver begins the transaction in the write of its first statement. */
@Tag("any-jdk")
class BeginWithStatementTest extends OnOneDatabase {

  /** The driver's BEGIN as it is sent, and what the server refuses in its place. */
  private static final String BEGIN = "Q\0\0\0\nBEGIN\0";

  private static final String REFUSED = "Q\0\0\0\nBEGAN\0";

  @TempDir Path directory;

  private DatabaseProxy proxy;
  private String table;
  private String insert;

  BeginWithStatementTest() {
    super(DatabaseKind.POSTGRESQL);
  }

  @Override
  protected TransactionExecutor start(TransactionExecutorBuilder builder) {
    try {
      proxy = DatabaseProxy.before(database);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return builder.jdbcUrl(proxy.database().url()).build();
  }

  /** The first transaction of a session begins as those that need more than a statement. */
  @BeforeEach
  void beginsWithStatements() throws Exception {
    table = table();
    insert = "INSERT INTO " + table + " VALUES (1, 'x')";
    client.run(sql("SELECT 1"));
    awaitAnIdleWorker();
  }

  @AfterEach
  void replaceNothing() {
    proxy.replace(UnaryOperator.identity());
  }

  private static byte[] withRefusedBegin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1)
        .replace(BEGIN, REFUSED)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The server goes on with the statement after a BEGIN that has failed, and commits it. */
  @Test
  void isUnknownIfTheBeginFails() throws Exception {
    proxy.replace(BeginWithStatementTest::withRefusedBegin);

    Throwable told = catchThrowable(() -> client.run(sql(insert)));

    assertThat(told).isInstanceOf(SQLException.class).hasMessageContaining("BEGAN");
    assertThat(told.getSuppressed()).hasOnlyElementsOfType(PartialCommitException.class);
    assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
    assertThat(rows(table)).isOne();
  }

  @Test
  void isUnknownIfTheTaskTakesNoNoticeThatTheBeginHasFailed() throws Exception {
    String inserting = insert;
    proxy.replace(BeginWithStatementTest::withRefusedBegin);

    Throwable told =
        catchThrowable(
            () ->
                client.run(
                    connection ->
                        assertThatThrownBy(() -> Sql.run(connection, inserting))
                            .isInstanceOf(SQLException.class)));

    assertThat(told).isInstanceOf(CommitFailedException.class);
    assertThat(Outcome.of(told)).isEqualTo(Outcome.UNKNOWN);
    assertThat(rows(table)).isOne();
  }

  /** A timeout that the machine stands still for can pass in a BEGIN, too. */
  @Test
  void doesNotCommitTheStatementWhereATimeoutMayHitTheBegin() throws Exception {
    try (TransactionExecutor limited =
            TestExecutors.on(proxy.database())
                .jdbcUrl(proxy.database().url() + "?options=-c%20statement_timeout=5s")
                .workers(1)
                .warmSpares(0)
                .build();
        TransactionClient its = limited.client("limited")) {
      its.run(sql("SELECT 1"));
      proxy.replace(BeginWithStatementTest::withRefusedBegin);

      Throwable told = catchThrowable(() -> its.run(sql(insert)));

      assertThat(told).isInstanceOf(SQLException.class).hasMessageContaining("BEGAN");
      assertThat(rows(table)).isZero();
    }
  }

  /** A cancel that hits the BEGIN lets the statement behind it commit. */
  @Test
  void isNotCancelledBeforeItsBeginIsAnswered() throws Exception {
    String inserting = insert;
    String refused = directory.resolve("refused").toString();
    long trips = proxy.roundTrips();
    proxy.holdAnswers();
    Future<Long> running =
        client.submit(
            connection -> {
              Thread watcher = new Thread(() -> awaitRefusal(connection, Path.of(refused)));
              watcher.start();
              Sql.run(connection, inserting, "SELECT pg_sleep(100)");
              return 0L;
            });
    await().atMost(PATIENCE).until(() -> proxy.roundTrips() > trips);
    int connections = proxy.connections();

    running.cancel(true);

    await().atMost(PATIENCE).until(() -> Files.exists(Path.of(refused)));
    assertThat(proxy.connections())
        .as("connections, one of them for a cancel")
        .isEqualTo(connections);
    proxy.releaseAnswers();
    assertThat(WithHarmedWorkers.failureOf(running))
        .isInstanceOfSatisfying(
            TransactionCancelledException.class,
            told -> assertThat(told.outcome()).isEqualTo(Outcome.ROLLED_BACK));
    assertThat(rows(table)).isZero();
  }

  /** Waits until the task is cancelled, and for what would be sent by then. */
  private static void awaitRefusal(Connection connection, Path refused) {
    try {
      while (!connection.nativeSQL("SELECT 1").isEmpty()) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
    } catch (SQLException cancelled) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
      write(refused);
    }
  }

  private static void write(Path file) {
    try {
      Files.createFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void isCancelledByTheTaskItself() throws Exception {
    Throwable told =
        catchThrowable(
            () ->
                client.run(
                    connection -> {
                      try (Statement statement = connection.createStatement()) {
                        Thread canceller = new Thread(() -> cancelUntilInterrupted(statement));
                        canceller.start();
                        try {
                          statement.execute("SELECT pg_sleep(100)");
                        } finally {
                          canceller.interrupt();
                          canceller.join();
                        }
                      }
                    }));

    wasCancelledInTheServer(told);
  }

  private static void wasCancelledInTheServer(Throwable told) {
    assertThat(told)
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
    assertThat(Outcome.of(told)).isEqualTo(Outcome.ROLLED_BACK);
  }

  private static void cancelUntilInterrupted(Statement statement) {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        statement.cancel();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  @Test
  void isRolledBackAfterTheTimeLimitOfItsFirstStatement() {
    Throwable told =
        catchThrowable(
            () ->
                client.run(
                    connection -> {
                      try (Statement statement = connection.createStatement()) {
                        statement.setQueryTimeout(1);
                        statement.execute("SELECT pg_sleep(100)");
                      }
                    }));

    wasCancelledInTheServer(told);
  }

  @Test
  void isRolledBackAfterAFirstStatementThatTheServerRefuses() throws Exception {
    String wrong = "INSERT INTO " + table + " VALUES (1, 'x'), (1, 'y')";

    Throwable told = catchThrowable(() -> client.run(sql(wrong, insert)));

    assertThat(told).isInstanceOf(SQLException.class);
    assertThat(Outcome.of(told)).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(rows(table)).isZero();
  }

  /** Nothing was sent, so the next statement begins the transaction. */
  @Test
  void beginsAfterAStatementThatTheDriverRefuses() throws Exception {
    String parameterized = "INSERT INTO " + table + " VALUES (?, 'x')";
    TransactionTask<Long, SQLException> task =
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(parameterized)) {
            assertThatThrownBy(statement::executeUpdate).isInstanceOf(SQLException.class);
            statement.setInt(1, 1);
            statement.executeUpdate();
          }
          return 0L;
        };

    client.execute(task);
    Throwable told =
        catchThrowable(
            () ->
                client.run(
                    connection -> {
                      try (PreparedStatement statement =
                          connection.prepareStatement(parameterized)) {
                        statement.executeUpdate();
                      }
                    }));
    client.execute(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(parameterized)) {
            assertThatThrownBy(statement::executeUpdate).isInstanceOf(SQLException.class);
          }
          return 0L;
        });

    assertThat(told).isInstanceOf(SQLException.class);
    assertThat(Outcome.of(told)).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(rows(table)).isOne();
  }

  @Test
  void hasTheIsolationLevelThatItAsksFor() throws Exception {
    for (IsolationLevel level :
        new IsolationLevel[] {
          IsolationLevel.SERIALIZABLE,
          IsolationLevel.SERIALIZABLE,
          IsolationLevel.REPEATABLE_READ,
          IsolationLevel.READ_COMMITTED
        }) {
      int expected = level.jdbcValue();
      String name = level.name().replace('_', ' ').toLowerCase(Locale.ROOT);
      for (int i = 0; i < 3; i++) {
        assertThat(client.execute(TransactionOptions.defaults().isolation(level), levels()))
            .isEqualTo(expected + ", " + name + ", " + name + ", " + expected);
      }
    }
    int own = Connection.TRANSACTION_READ_COMMITTED;
    client.execute(TransactionOptions.defaults().isolation(IsolationLevel.SERIALIZABLE), levels());
    assertThat(client.execute(levels()))
        .isEqualTo(own + ", read committed, read committed, " + own);
  }

  /** Returns the level before the first statement, in the transaction, by default, and by JDBC. */
  private static TransactionTask<String, SQLException> levels() {
    return connection ->
        connection.getTransactionIsolation()
            + ", "
            + Sql.text(connection, "SELECT current_setting('transaction_isolation')")
            + ", "
            + Sql.text(connection, "SELECT current_setting('default_transaction_isolation')")
            + ", "
            + connection.getTransactionIsolation();
  }
}
