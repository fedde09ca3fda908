package io.cofferdam.functional.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cofferdam.Outcome;
import io.cofferdam.RemoteTaskException;
import io.cofferdam.TaskSerializationException;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionTimeoutException;
import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What cannot travel between the processes is told apart, early, and costs no worker. */
class BadTaskTest extends OnOneDatabase {

  private static final int OVER_THE_LIMIT = (16 << 20) + 1;

  BadTaskTest() {
    super(DatabaseKind.H2);
  }

  @Nested
  class ATask {

    @Test
    void thatCapturesSomethingNotSerializableIsRefusedInTheCallersThread() {
      Thread captured = Thread.currentThread();

      assertNotStarted(() -> client.execute(connection -> captured.getName()), "java.lang.Thread");
      assertNotStarted(() -> client.submit(connection -> captured.getName()), "java.lang.Thread");
    }

    @Test
    void thatCapturesItsObjectByAccidentIsRefusedByTheNameOfTheClass() {
      assertNotStarted(() -> client.execute(connection -> kind.name()), "BadTaskTest");
    }

    @Test
    void thatIsOverTheFrameLimitIsRefused() {
      byte[] captured = new byte[OVER_THE_LIMIT];

      assertNotStarted(() -> client.execute(connection -> captured.length), "16");
      assertNotStarted(() -> client.submit(connection -> captured.length), "16");
    }

    @Test
    void thatFailsWhileItIsWrittenIsRefusedWithTheCause() {
      Unwritable captured = new Unwritable();

      TaskSerializationException refusal =
          assertNotStarted(() -> client.execute(connection -> captured.hashCode()), "Unwritable");

      assertThat(refusal).hasStackTraceContaining("writes badly");
    }

    @Test
    void thatWasRefusedLeavesNothingInTheQueue() {
      Thread captured = Thread.currentThread();

      assertNotStarted(() -> client.submit(connection -> captured.getName()), "java.lang.Thread");

      assertThat(executor.snapshot().queued()).isZero();
      assertThat(executor.snapshot().busy()).isZero();
    }

    private TaskSerializationException assertNotStarted(ThrowingCallable call, String fact) {
      TaskSerializationException refusal =
          catchThrowableOfType(TaskSerializationException.class, call);
      assertThat(refusal).isNotNull().hasMessageContaining(fact);
      assertThat(refusal.outcome()).isEqualTo(Outcome.NOT_STARTED);
      return refusal;
    }
  }

  record Money(BigDecimal amount) implements Serializable {}

  @Nested
  class AResult {

    @Test
    void thatIsNotSerializableRollsBack() throws Exception {
      assertResultRefused(() -> new Object(), "java.lang.Object");
    }

    @Test
    void thatIsALambdaRollsBackAndIsNotToBeAllowed() throws Exception {
      assertResultRefused(
          () -> (Supplier<String> & Serializable) () -> "x", "lambdas cannot be results");
    }

    @Test
    void thatIsAnOptionalRollsBack() throws Exception {
      assertResultRefused(() -> Optional.of(1), "java.util.Optional");
    }

    @Test
    void thatHoldsSomethingNotSerializableRollsBack() throws Exception {
      assertResultRefused(() -> List.of(new Object()), "java.lang.Object");
    }

    @Test
    void thatFailsWhileItIsWrittenRollsBack() throws Exception {
      assertResultRefused(Unwritable::new, "Unwritable");
    }

    @Test
    void thatIsOverTheFrameLimitRollsBack() throws Exception {
      assertResultRefused(() -> new byte[OVER_THE_LIMIT], "16");
    }

    @Test
    void ofATypeThatWasNotAllowedRollsBackAndNamesTheLineToAdd() throws Exception {
      assertResultRefused(
          () -> new Money(BigDecimal.ONE), "allowResultTypes(\"" + Money.class.getName() + "\")");
      assertResultRefused(
          () -> List.of(new Money(BigDecimal.ONE)),
          "allowResultTypes(\"" + Money.class.getName() + "\")");
    }

    @Test
    void ofATypeThatWasAllowedArrives() throws Exception {
      for (String pattern :
          List.of(Money.class.getName(), "io.cofferdam.functional.outcome.*", "io.cofferdam.**")) {
        try (TransactionExecutor tolerant =
                TestExecutors.on(database)
                    .workers(1)
                    .warmSpares(0)
                    .allowResultTypes(pattern)
                    .build();
            TransactionClient teller = tolerant.client("teller")) {
          Money money = teller.execute(connection -> new Money(BigDecimal.ONE));

          assertThat(money).isEqualTo(new Money(BigDecimal.ONE));
        }
      }
    }

    @Test
    void thatIsTheConnectionItselfRollsBack() {
      assertRolledBack(
          TaskSerializationException.class, () -> client.<Object, RuntimeException>execute(c -> c));
    }

    private void assertResultRefused(Result result, String fact) throws Exception {
      String table = table();
      long worker = worker();

      TaskSerializationException refusal =
          assertRolledBack(
              TaskSerializationException.class,
              () ->
                  client.execute(
                      connection -> {
                        Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')");
                        return result.get();
                      }));

      assertThat(refusal).hasMessageContaining(fact).hasMessageNotContaining("may be given again");
      assertThat(rows(table)).isZero();
      assertThat(worker()).isEqualTo(worker);
    }
  }

  @Nested
  class AnException {

    @Test
    void thatIsSuppressedInACycleComesAsItself() {
      assertThatThrownBy(
              () ->
                  client.run(
                      connection -> {
                        RuntimeException one = new RuntimeException("one");
                        one.addSuppressed(new RuntimeException("other", one));
                        throw one;
                      }))
          .isExactlyInstanceOf(RuntimeException.class)
          .hasMessage("one")
          .satisfies(
              thrown ->
                  assertThat(thrown.getSuppressed()).singleElement().asString().contains("other"));
    }

    @Test
    void thatIsNotSerializableComesAsItsDescription() throws Exception {
      String table = table();
      long worker = worker();

      RemoteTaskException description =
          assertRolledBack(
              RemoteTaskException.class,
              () ->
                  client.run(
                      connection -> {
                        Sql.run(connection, "INSERT INTO " + table + " VALUES (1, 'x')");
                        throw new HoldsAThread("holds a thread");
                      }));

      assertThat(description.remoteClassName()).isEqualTo(HoldsAThread.class.getName());
      assertThat(description.remoteMessage()).contains("holds a thread");
      assertThat(description.remoteStackTrace()).contains("HoldsAThread", "BadTaskTest");
      assertThat(description).hasMessageContaining("holds a thread");
      assertThat(rows(table)).isZero();
      assertThat(worker()).isEqualTo(worker);
    }

    @Test
    void withACauseThatIsNotSerializableIsToldAllTheSame() {
      assertThatThrownBy(
              () ->
                  client.run(
                      connection -> {
                        throw new IllegalStateException("outer", new HoldsAThread("inner"));
                      }))
          .isInstanceOf(RuntimeException.class)
          .hasMessageContaining("outer")
          .hasStackTraceContaining("inner")
          .satisfies(thrown -> assertThat(Outcome.of(thrown)).isEqualTo(Outcome.ROLLED_BACK));
    }

    /** Its methods are the task's, and one that fails must not cost the worker. */
    @Test
    void thatCannotSayItsMessageIsNoReasonToDie() throws Exception {
      long worker = worker();

      assertThatThrownBy(
              () ->
                  client.run(
                      TransactionOptions.defaults().timeout(Duration.ofMillis(300)),
                      connection -> {
                        try {
                          while (true) {
                            connection.getMetaData();
                          }
                        } catch (SQLException cancelled) {
                          throw new Speechless();
                        }
                      }))
          .isInstanceOf(TransactionTimeoutException.class)
          .satisfies(thrown -> assertThat(Outcome.of(thrown)).isEqualTo(Outcome.ROLLED_BACK));

      assertThat(worker()).isEqualTo(worker);
    }

    @Test
    void thatIsOverTheFrameLimitIsToldAllTheSame() throws Exception {
      long worker = worker();

      Throwable thrown =
          catchThrowable(
              () ->
                  client.run(
                      connection -> {
                        throw new IllegalStateException("long ".repeat(OVER_THE_LIMIT / 4));
                      }));

      assertThat(thrown).isInstanceOf(RuntimeException.class).hasMessageContaining("long");
      assertThat(Outcome.of(thrown)).isEqualTo(Outcome.ROLLED_BACK);
      assertThat(worker()).isEqualTo(worker);
    }
  }

  @Nested
  class ATaskThatBuildsAnExecutor {

    @Test
    void isToldToMoveItToAnotherClass() {
      String url = database.url();

      assertThatThrownBy(
              () ->
                  client.execute(connection -> TransactionExecutor.builder().jdbcUrl(url).build()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("move the executor to another class");
    }

    @Test
    void isToldSoWhenItsClassHoldsOneInAStaticField() {
      BesideItsLambda.url = database.url();

      assertThatThrownBy(() -> BesideItsLambda.Holder.run(client))
          .hasStackTraceContaining("move the executor to another class");
      BesideItsLambda.Holder.EXECUTOR.close();
    }
  }

  static final class Speechless extends RuntimeException {

    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }
  }

  /** Keeps the URL out of the class that is initialised in the worker. */
  static final class BesideItsLambda {
    static String url = "jdbc:h2:tcp://127.0.0.1:1/nowhere";

    private BesideItsLambda() {}

    static final class Holder {
      static final TransactionExecutor EXECUTOR =
          TransactionExecutor.builder()
              .jdbcUrl(url)
              .username("owner")
              .password("s3cret of a test")
              .workers(1)
              .warmSpares(0)
              .build();

      private Holder() {}

      static void run(TransactionClient client) {
        client.execute(connection -> EXECUTOR.snapshot());
      }
    }
  }

  interface Result extends Serializable {
    Object get();
  }

  static final class Unwritable implements Serializable {
    private static final long serialVersionUID = 1L;

    private void writeObject(ObjectOutputStream out) throws IOException {
      throw new IOException("writes badly");
    }
  }

  static final class HoldsAThread extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings({"unused", "serial"})
    private final Thread thread = Thread.currentThread();

    HoldsAThread(String message) {
      super(message);
    }
  }
}
