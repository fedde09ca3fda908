package io.cofferdam.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.cofferdam.Outcome;
import io.cofferdam.RetryPolicy;
import io.cofferdam.TransactionAction;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionException;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionTask;
import io.cofferdam.testing.Attempts;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;

/**
 * Tests on a database of their own, through an executor with one worker and no spare, so that each
 * task meets what the one before has left. Both are shared by the tests of a class, the tables are
 * not.
 *
 * <p>A task must capture local variables only: a test is not serializable.
 */
@Tag("process")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class WithOneWorker {

  /** How long a test waits for what must come. */
  public static final Duration PATIENCE = Duration.ofSeconds(60);

  protected DatabaseKind kind;
  protected TestDatabase database;
  protected TransactionExecutor executor;
  protected TransactionClient client;

  private int tables;

  /** Begins each test with an idle worker, so that no deadline passes while it gets ready. */
  @BeforeEach
  protected final void awaitAnIdleWorker() {
    await("an idle worker").atMost(PATIENCE).until(() -> executor.snapshot().ready() > 0);
  }

  protected final void open(DatabaseKind kind) {
    this.kind = kind;
    database = Databases.fresh(kind);
    executor =
        start(configure(TestExecutors.on(database, jvmArguments()).workers(1).warmSpares(0)));
    client = executor.client(getClass().getSimpleName());
  }

  protected final void close() {
    if (executor != null) {
      client.close();
      executor.close();
      executor = null;
    }
  }

  /** Returns further JVM arguments for the workers. */
  protected String[] jvmArguments() {
    return new String[0];
  }

  protected TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
    return builder;
  }

  protected TransactionExecutor start(TransactionExecutorBuilder builder) {
    return builder.build();
  }

  /** Makes a table with the columns {@code id}, the primary key, and {@code note}. */
  protected final String table() throws SQLException {
    return table("id INT PRIMARY KEY, note VARCHAR(100)");
  }

  protected final String table(String definition) throws SQLException {
    String name = "t" + ++tables;
    database.run("CREATE TABLE " + name + " (" + definition + ")");
    return name;
  }

  /** Returns how a task fails that may be tried again; fails unless it was tried only once. */
  protected final Throwable failureOfTheOnlyAttempt(TransactionAction<SQLException> task) {
    TransactionOptions patient = TransactionOptions.defaults().retry(RetryPolicy.attempts(3));
    try (Attempts attempts = Attempts.none()) {
      Throwable told =
          catchThrowable(
              () ->
                  client.run(
                      patient,
                      connection -> {
                        attempts.begin();
                        task.run(connection);
                      }));

      assertThat(attempts.count()).isOne();
      return told;
    }
  }

  protected final long rows(String table) throws SQLException {
    return database.number("SELECT COUNT(*) FROM " + table);
  }

  /** Returns the process id of the worker, by a task of its own. */
  protected final long worker() {
    return client.execute(connection -> ProcessHandle.current().pid());
  }

  /** Returns a task that runs statements. */
  public static TransactionAction<SQLException> sql(String... statements) {
    return connection -> Sql.run(connection, statements);
  }

  /** Returns a task that returns the first column of the first row. */
  public static TransactionTask<String, SQLException> textOf(String query) {
    return connection -> Sql.text(connection, query);
  }

  /** Fails unless the executor reports, by that exception, that nothing remains. */
  public static <T extends TransactionException> T assertRolledBack(
      Class<T> type, ThrowingCallable execution) {
    T reported = catchThrowableOfType(type, execution);
    assertThat(reported).as("what the executor reports").isNotNull();
    assertThat(reported.outcome()).as("outcome of %s", reported).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(reported.retrySafe()).isTrue();
    return reported;
  }
}
