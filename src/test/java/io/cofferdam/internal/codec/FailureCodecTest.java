package io.cofferdam.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.internal.codec.Failure.Foreign;
import io.cofferdam.internal.codec.Failure.Rebuilt;
import java.io.IOException;
import java.io.Serializable;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLTimeoutException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FailureCodecTest {

  private final FailureCodec codec = new FailureCodec(List.of(), 1_000_000);

  /** A state that no filter allows, as PostgreSQL's driver has in its exceptions. */
  static final class ServerMessage implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  static final class DriverException extends SQLException {
    private static final long serialVersionUID = 1L;
    final ServerMessage serverMessage = new ServerMessage();

    DriverException(String message, String state, int code) {
      super(message, state, code);
    }
  }

  static final class DriverDuplicateKey extends SQLIntegrityConstraintViolationException {
    private static final long serialVersionUID = 1L;
    final Object connection = new Object();

    DriverDuplicateKey(String message, String state, int code) {
      super(message, state, code);
    }
  }

  static final class InsufficientFunds extends Exception {
    private static final long serialVersionUID = 1L;
    final long missing;

    InsufficientFunds(String message, long missing, Throwable cause) {
      super(message, cause);
      this.missing = missing;
    }
  }

  static final class Unsendable extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final Object state = new Object();

    Unsendable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  static class Hostile extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final Object state = new Object();

    @Override
    public String getMessage() {
      throw new IllegalStateException();
    }

    @Override
    public synchronized Throwable getCause() {
      throw new StackOverflowError();
    }

    @Override
    public StackTraceElement[] getStackTrace() {
      throw new UnsupportedOperationException();
    }
  }

  private Throwable rebuilt(Throwable failure) throws Exception {
    Failure decoded = codec.decode(codec.encode(failure));
    assertThat(decoded).isInstanceOf(Rebuilt.class);
    return ((Rebuilt) decoded).throwable();
  }

  private Foreign foreign(Throwable failure) throws Exception {
    Failure decoded = codec.decode(codec.encode(failure));
    assertThat(decoded).isInstanceOf(Foreign.class);
    return (Foreign) decoded;
  }

  @Nested
  class Descriptions {

    @Test
    void areTextAndNumbers() throws Exception {
      DriverException failure = new DriverException("refused", "08004", 12);
      failure.initCause(new Unsendable("reset", null));

      Throwable rebuilt = FailureCodec.rebuild(FailureCodec.describe(failure), text -> text);

      assertThat(rebuilt).isExactlyInstanceOf(SQLException.class).hasMessage("refused");
      assertThat(((SQLException) rebuilt).getSQLState()).isEqualTo("08004");
      assertThat(((SQLException) rebuilt).getErrorCode()).isEqualTo(12);
      assertThat(rebuilt.getCause()).hasToString(Unsendable.class.getName() + ": reset");
    }

    @Test
    void ofWhatIsNoSqlExceptionPrintLikeIt() throws Exception {
      Throwable rebuilt =
          FailureCodec.rebuild(
              FailureCodec.describe(new IllegalStateException("no")), text -> text);

      assertThat(rebuilt).hasToString("java.lang.IllegalStateException: no");
    }

    @Test
    void areShortWhateverTheFailureHolds() {
      Throwable failure = new IllegalStateException("x".repeat(1_000_000));
      for (int i = 0; i < 50; i++) {
        failure = new Exception("y".repeat(100_000), failure);
      }

      assertThat(FailureCodec.describe(failure)).hasSizeLessThanOrEqualTo(64 << 10);
    }
  }

  @Nested
  class SqlExceptions {

    @Test
    void arrivesAsTheNearestStandardType() throws Exception {
      assertThat(rebuilt(new DriverException("no table", "42P01", 7)))
          .isExactlyInstanceOf(SQLException.class)
          .hasMessage("no table");
      assertThat(rebuilt(new DriverDuplicateKey("duplicate", "23505", 1)))
          .isExactlyInstanceOf(SQLIntegrityConstraintViolationException.class);
      assertThat(rebuilt(new SQLTimeoutException("slow")))
          .isExactlyInstanceOf(SQLTimeoutException.class);
    }

    @Test
    void keepsStateCodeChainCauseSuppressedAndStack() throws Exception {
      DriverException failure = new DriverException("first", "40001", 12);
      failure.setNextException(new DriverDuplicateKey("second", "23505", 3));
      failure.initCause(new IOException("reset"));
      failure.addSuppressed(new Unsendable("rollback failed", null));

      SQLException rebuilt = (SQLException) rebuilt(failure);

      assertThat(rebuilt.getSQLState()).isEqualTo("40001");
      assertThat(rebuilt.getErrorCode()).isEqualTo(12);
      assertThat((Throwable) rebuilt.getNextException())
          .isExactlyInstanceOf(SQLIntegrityConstraintViolationException.class)
          .hasMessage("second");
      assertThat(rebuilt.getCause()).hasToString("java.io.IOException: reset");
      assertThat(rebuilt.getSuppressed()[0])
          .hasToString(Unsendable.class.getName() + ": rollback failed");
      assertThat(rebuilt.getStackTrace()[0].getMethodName())
          .isEqualTo("keepsStateCodeChainCauseSuppressedAndStack");
    }

    @Test
    void keepsTheUpdateCountsOfABatch() throws Exception {
      DriverException next = new DriverException("row 2", "23505", 0);
      BatchUpdateException batch =
          new BatchUpdateException("batch", "23505", 5, new int[] {1, -3}, next);
      batch.setNextException(next);

      BatchUpdateException rebuilt = (BatchUpdateException) rebuilt(batch);

      assertThat(rebuilt.getUpdateCounts()).containsExactly(1, -3);
      assertThat((Throwable) rebuilt.getNextException())
          .isSameAs(rebuilt.getCause())
          .hasMessage("row 2");
      assertThat(rebuilt.getSQLState()).isEqualTo("23505");
    }

    @Test
    void survivesCyclicChains() throws Exception {
      DriverException one = new DriverException("one", "1", 1);
      DriverException two = new DriverException("two", "2", 2);
      one.setNextException(two);
      two.initCause(one);
      one.initCause(two);
      SQLException rebuilt = (SQLException) rebuilt(one);
      assertThat((Throwable) rebuilt.getNextException()).hasMessage("two").hasNoCause();
    }

    @Test
    void arrivesAsSqlExceptionEvenInTheSmallestLimit() throws Exception {
      FailureCodec tight = new FailureCodec(List.of(), FailureCodec.LEAST_MAX_BYTES);
      DriverException failure = new DriverException("\u20ac".repeat(100_000), "40001", 1);
      byte[] bytes = tight.encode(failure);
      assertThat(bytes.length).isLessThanOrEqualTo(FailureCodec.LEAST_MAX_BYTES);
      assertThat(tight.decode(bytes))
          .isInstanceOfSatisfying(
              Rebuilt.class,
              arrived ->
                  assertThat(((SQLException) arrived.throwable()).getSQLState())
                      .isEqualTo("40001"));
    }

    @Test
    void limitsAnEndlessChain() throws Exception {
      DriverException first = new DriverException("0", "x", 0);
      for (int i = 1; i < 1_000; i++) {
        first.setNextException(new DriverException("" + i, "x", i));
      }
      assertThat((Iterable<Throwable>) (SQLException) rebuilt(first)).hasSize(100);
    }
  }

  @Nested
  class OtherExceptions {

    @Test
    void arrivesAsItselfIfItsFieldsAreAllowed() throws Exception {
      Throwable rebuilt = rebuilt(new InsufficientFunds("too little", 5, new IOException("io")));
      assertThat(rebuilt).isExactlyInstanceOf(InsufficientFunds.class).hasMessage("too little");
      assertThat(((InsufficientFunds) rebuilt).missing).isEqualTo(5);
      assertThat(rebuilt.getCause()).isExactlyInstanceOf(IOException.class);
    }

    @Test
    void arrivesAsItselfAroundADriversException() throws Exception {
      Throwable rebuilt =
          rebuilt(new InsufficientFunds("db", 1, new DriverException("sql", "40001", 2)));
      assertThat(rebuilt).isExactlyInstanceOf(InsufficientFunds.class);
      assertThat(rebuilt.getCause())
          .isExactlyInstanceOf(SQLException.class)
          .extracting(cause -> ((SQLException) cause).getSQLState())
          .isEqualTo("40001");
    }

    @Test
    void arrivesAsItselfAroundACauseThatCannotTravel() throws Exception {
      Throwable rebuilt = rebuilt(new InsufficientFunds("x", 1, new Unsendable("inner", null)));
      assertThat(rebuilt).isExactlyInstanceOf(InsufficientFunds.class);
      assertThat(rebuilt.getCause()).hasToString(Unsendable.class.getName() + ": inner");
    }

    @Test
    void arrivesAsDescriptionIfItCannotTravel() throws Exception {
      Foreign foreign = foreign(new Unsendable("outer", new DriverException("sql", "1", 1)));
      assertThat(foreign.className()).isEqualTo(Unsendable.class.getName());
      assertThat(foreign.message()).isEqualTo("outer");
      assertThat(foreign.stackTrace())
          .startsWith(Unsendable.class.getName() + ": outer")
          .contains("\tat " + FailureCodecTest.class.getName())
          .contains("Caused by: " + DriverException.class.getName() + ": sql");
    }

    @Test
    void describesExceptionsWhoseMethodsThrow() throws Exception {
      assertThat(foreign(new Hostile()).className()).isEqualTo(Hostile.class.getName());
    }

    @Test
    void describesAVeryDeepCauseChain() throws Exception {
      Throwable failure = new Unsendable("0", null);
      for (int i = 1; i < 50_000; i++) {
        failure = new Unsendable("" + i, failure);
      }
      assertThat(foreign(failure).message()).isEqualTo("49999");
    }

    @Test
    void rebuildsErrors() throws Exception {
      assertThat(rebuilt(new AssertionError("no"))).isExactlyInstanceOf(AssertionError.class);
      assertThat(rebuilt(new StackOverflowError())).isInstanceOf(StackOverflowError.class);
    }
  }

  @Nested
  class CallerStacks {

    @Test
    void followsTheRemoteStackAndNamesTheWorker() {
      RuntimeException remote = new RuntimeException("x");
      remote.setStackTrace(
          new StackTraceElement[] {new StackTraceElement("Remote", "run", "Remote.java", 3)});
      FailureCodec.appendCallerStack(remote, "bank-worker-3.1");
      assertThat(remote.getStackTrace()[0]).hasToString("Remote.run(Remote.java:3)");
      assertThat(remote.getStackTrace()[1]).hasToString("cofferdam.worker(bank-worker-3.1)");
      assertThat(remote.getStackTrace()[2].getMethodName())
          .isEqualTo("followsTheRemoteStackAndNamesTheWorker");
    }

    @Test
    void leavesUnwritableStacksAlone() {
      class Unwritable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unwritable() {
          super("x", null, false, false);
        }
      }
      Unwritable unwritable = new Unwritable();
      FailureCodec.appendCallerStack(unwritable, "w");
      FailureCodec.appendCallerStack(new Hostile(), "w");
      assertThat(unwritable.getStackTrace()).isEmpty();
    }
  }

  @Test
  void refusesALimitInWhichNothingFits() {
    assertThatThrownBy(() -> new FailureCodec(List.of(), 100))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxBytes is 100; it must be at least 4096");
  }
}
