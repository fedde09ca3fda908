package io.cofferdam.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.Outcome;
import io.cofferdam.PartialCommitException;
import io.cofferdam.RemoteTaskException;
import io.cofferdam.ResultLostException;
import io.cofferdam.TransactionCancelledException;
import io.cofferdam.TransactionException.Details;
import io.cofferdam.internal.codec.FailureCodec;
import io.cofferdam.internal.codec.ResultCodec;
import io.cofferdam.internal.queue.Tasks;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.ClientQueue;
import io.cofferdam.internal.task.SubmittedTask;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectStreamConstants;
import java.io.PrintWriter;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AnswerReaderTest {

  private final ResultCodec results = new ResultCodec(List.of(), 1 << 20);
  private final FailureCodec failures = new FailureCodec(List.of(), 1 << 20);
  private final AnswerReader reader = new AnswerReader(results, failures);
  private final SubmittedTask task = new Tasks().submitted(new ClientQueue("teller"));

  private @Nullable Object read(Answer answer) throws Throwable {
    return reader.read(task, answer, getClass().getClassLoader());
  }

  private Throwable thrown(Answer answer) {
    try {
      read(answer);
    } catch (Throwable thrown) {
      return thrown;
    }
    throw new AssertionError("nothing was thrown");
  }

  private Answer failed(Outcome outcome, Throwable failure) {
    return new Answer.TaskFailed(outcome, null, failures.encode(failure), "bank-worker-3.7");
  }

  @Nested
  class ACommit {

    @Test
    void givesItsResult() throws Throwable {
      byte[] encoded = results.encode(new BigDecimal("12.50"));

      assertThat(read(new Answer.Committed(encoded))).isEqualTo(new BigDecimal("12.50"));
    }

    @Test
    void ofAnEarlierTaskWithTheKeyGivesThatResult() throws Throwable {
      assertThat(read(new Answer.Stored(results.encode("paid")))).isEqualTo("paid");
    }

    @Test
    void mayHaveNoResult() throws Throwable {
      assertThat(read(new Answer.Committed(results.encode(null)))).isNull();
    }

    @Test
    void staysACommitWhenItsResultCannotBeRead() {
      assertThatThrownBy(() -> read(new Answer.Committed(new byte[] {99, 1, 2})))
          .isInstanceOfSatisfying(
              ResultLostException.class,
              lost -> {
                assertThat(lost.outcome()).isEqualTo(Outcome.COMMITTED);
                assertThat(lost.taskId()).contains(task.id());
                assertThat(lost).hasMessageContaining("do not run the task again");
              });
    }
  }

  /** An exception of which there is one object, as of each {@code object} of Kotlin. */
  static final class OnlyOne extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("StaticAssignmentOfThrowable")
    static final OnlyOne INSTANCE = new OnlyOne();

    private Object readResolve() {
      return INSTANCE;
    }
  }

  @Test
  void anExceptionOfWhichThereIsOneObjectDoesNotGrow() {
    Answer failure = failed(Outcome.ROLLED_BACK, OnlyOne.INSTANCE);
    int frames = thrown(failure).getStackTrace().length;
    task.triedAgainAfter(failure);

    assertThat(thrown(failure)).isSameAs(OnlyOne.INSTANCE).hasNoSuppressedExceptions();
    assertThat(OnlyOne.INSTANCE.getStackTrace()).hasSizeLessThan(frames + 10);
  }

  /** A result that explodes when it is read, as often as it has fuses left. */
  static final class Explosive implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final AtomicReference<Throwable> FUSE = new AtomicReference<>();

    private Object readResolve() {
      Throwable explosion = FUSE.get();
      if (explosion instanceof Error error) {
        throw error;
      } else if (explosion instanceof RuntimeException exception) {
        throw exception;
      }
      return this;
    }
  }

  static Stream<Throwable> explosions() {
    return Stream.of(
        new OutOfMemoryError("no heap"),
        new StackOverflowError("too deep"),
        new InternalError("no luck"),
        new NoClassDefFoundError("gone/Missing"),
        new ExceptionInInitializerError("no start"),
        new ClassCastException("another loader"),
        new IllegalStateException("not resolved"));
  }

  @ParameterizedTest
  @MethodSource("explosions")
  void aCommitStaysOneWhateverReadingItsResultThrows(Throwable explosion) throws Exception {
    ResultCodec codec = new ResultCodec(List.of(Explosive.class.getName()), 1 << 20);
    AnswerReader fragile = new AnswerReader(codec, failures);
    byte[] encoded = codec.encode(new Explosive());
    ClassLoader loader = getClass().getClassLoader();
    Explosive.FUSE.set(explosion);
    try {
      for (Answer answer : List.of(new Answer.Committed(encoded), new Answer.Stored(encoded))) {
        assertThatThrownBy(() -> fragile.read(task, answer, loader))
            .isInstanceOf(ResultLostException.class)
            .hasMessageContainingAll(explosion.getMessage(), "was committed")
            .satisfies(lost -> assertThat(Outcome.of(lost)).isEqualTo(Outcome.COMMITTED));
      }
    } finally {
      Explosive.FUSE.set(null);
    }
  }

  /** An exception that takes no additions and cannot be printed. */
  static final class Unprintable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Unprintable() {
      super("unprintable", null, false, true);
    }

    @Override
    public void printStackTrace(PrintWriter writer) {
      throw new IllegalStateException("no print");
    }
  }

  /** An exception whose stack trace cannot be had. */
  static final class Stackless extends RuntimeException {

    private static final long serialVersionUID = 1L;

    @Override
    public StackTraceElement[] getStackTrace() {
      throw new AssertionError("no stack");
    }
  }

  static Stream<Throwable> brokenExceptions() {
    return Stream.of(new Unprintable(), new Stackless());
  }

  @ParameterizedTest
  @MethodSource("brokenExceptions")
  void whatATaskThrowsNeverHidesWhatBecameOfIt(Throwable broken) {
    for (Outcome outcome : List.of(Outcome.UNKNOWN, Outcome.ROLLED_BACK)) {
      assertThat(Outcome.of(thrown(failed(outcome, broken)))).isEqualTo(outcome);
    }
  }

  @Test
  void namesOfAWorkerAreEscaped() throws Exception {
    String forged = "no.such.Type\u202e\u0007";
    byte object = results.encode(new Object[0])[0];
    byte[] encoded = serializedWithClass(object, forged);

    assertThat(thrown(new Answer.Committed(encoded)))
        .isInstanceOf(ResultLostException.class)
        .hasMessageContaining("no.such.Type\\u202e\\u0007");
  }

  /** Returns the encoded instance of a class of that name, which has no fields. */
  private static byte[] serializedWithClass(byte kind, String name) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(kind);
      out.writeShort(ObjectStreamConstants.STREAM_MAGIC);
      out.writeShort(ObjectStreamConstants.STREAM_VERSION);
      out.writeByte(ObjectStreamConstants.TC_OBJECT);
      out.writeByte(ObjectStreamConstants.TC_CLASSDESC);
      out.writeUTF(name);
      out.writeLong(1);
      out.writeByte(ObjectStreamConstants.SC_SERIALIZABLE);
      out.writeShort(0);
      out.writeByte(ObjectStreamConstants.TC_ENDBLOCKDATA);
      out.writeByte(ObjectStreamConstants.TC_NULL);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Nested
  class TheTasksOwnException {

    @Test
    void comesOutAsItself() {
      Throwable thrown = thrown(failed(Outcome.ROLLED_BACK, new SQLException("full", "23505", 9)));

      assertThat(thrown)
          .isInstanceOf(SQLException.class)
          .hasMessage("full")
          .hasNoSuppressedExceptions();
      assertThat(Outcome.of(thrown)).isEqualTo(Outcome.ROLLED_BACK);
    }

    @Test
    void hasTheStacksOfWorkerAndCaller() {
      Throwable thrown = thrown(failed(Outcome.ROLLED_BACK, new IllegalStateException("no")));

      assertThat(thrown.getStackTrace())
          .anySatisfy(
              frame -> {
                assertThat(frame.getClassName()).isEqualTo("cofferdam");
                assertThat(frame.getFileName()).isEqualTo("bank-worker-3.7");
              })
          .anySatisfy(frame -> assertThat(frame.getMethodName()).isEqualTo("thrown"));
    }

    @Test
    void saysAmongTheSuppressedThatPartOfItMayBeCommitted() {
      Throwable thrown = thrown(failed(Outcome.UNKNOWN, new SQLException("after DDL")));

      assertThat(thrown).isInstanceOf(SQLException.class);
      assertThat(thrown.getSuppressed())
          .singleElement()
          .isInstanceOfSatisfying(
              PartialCommitException.class,
              partial -> {
                assertThat(partial.outcome()).isEqualTo(Outcome.UNKNOWN);
                assertThat(partial.taskId()).contains(task.id());
                assertThat(partial).hasMessageContaining("look in the database");
              });
      assertThat(Outcome.of(thrown)).isEqualTo(Outcome.UNKNOWN);
    }

    /** An exception that lets nothing be added to it, as those that are kept in a constant. */
    static final class Closed extends RuntimeException {

      private static final long serialVersionUID = 1L;

      Closed() {
        super("closed", null, false, true);
      }
    }

    @Test
    void tellsItsOutcomeEvenIfNothingCanBeAddedToIt() {
      Throwable thrown = thrown(failed(Outcome.UNKNOWN, new Closed()));

      assertThat(Outcome.of(thrown)).isEqualTo(Outcome.UNKNOWN);
      assertThat(thrown)
          .isInstanceOfSatisfying(
              RemoteTaskException.class,
              remote -> {
                assertThat(remote.remoteClassName()).isEqualTo(Closed.class.getName());
                assertThat(remote).hasMessageContaining("closed");
              });
      assertThat(thrown(failed(Outcome.ROLLED_BACK, new Closed()))).isInstanceOf(Closed.class);
    }

    @Test
    void tellsItsOutcomeEvenIfItLooksLikeAFutures() {
      Throwable own = new CompletionException(new IllegalStateException("inside the task"));

      Throwable thrown = thrown(failed(Outcome.UNKNOWN, own));

      assertThat(thrown).isInstanceOf(CompletionException.class);
      assertThat(Outcome.of(thrown)).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void isDescribedWhenItsBytesCannotBeRead() {
      Answer answer =
          new Answer.TaskFailed(Outcome.UNKNOWN, null, new byte[] {1}, "bank-worker-3.7");

      assertThat(thrown(answer))
          .isInstanceOfSatisfying(
              RemoteTaskException.class,
              remote -> {
                assertThat(remote.outcome()).isEqualTo(Outcome.UNKNOWN);
                assertThat(remote.taskId()).contains(task.id());
              });
    }
  }

  @Nested
  class AFailureAfterOthers {

    private final Answer earlier = failed(Outcome.ROLLED_BACK, new SQLException("first", "40001"));
    private final Answer crash =
        new Answer.Failure(
            Details.of(Outcome.ROLLED_BACK),
            details -> new TransactionCancelledException("second", details, null));

    @BeforeEach
    void failTwice() {
      task.triedAgainAfter(earlier);
      task.triedAgainAfter(crash);
    }

    @Test
    void hasThemSuppressedInOrder() {
      Throwable thrown = thrown(failed(Outcome.ROLLED_BACK, new IllegalStateException("last")));

      assertThat(thrown).isInstanceOf(IllegalStateException.class).hasMessage("last");
      assertThat(thrown.getSuppressed())
          .extracting(Throwable::getMessage)
          .containsExactly("first", "second");
      assertThat(Outcome.of(thrown)).isEqualTo(Outcome.ROLLED_BACK);
    }

    @Test
    void stillSaysFirstThatPartOfItMayBeCommitted() {
      Throwable thrown = thrown(failed(Outcome.UNKNOWN, new IllegalStateException("last")));

      assertThat(thrown.getSuppressed()).hasSize(3);
      assertThat(thrown.getSuppressed()[0]).isInstanceOf(PartialCommitException.class);
      assertThat(Outcome.of(thrown)).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void hasThemIfItIsAReportOrALostResult() {
      Answer report =
          new Answer.Failure(
              Details.of(Outcome.ROLLED_BACK),
              details -> new TransactionCancelledException("no", details, null));

      assertThat(thrown(report).getSuppressed()).hasSize(2);
      assertThat(thrown(new Answer.Committed(new byte[] {99})).getSuppressed()).hasSize(2);
    }

    @Test
    void isNoneIfTheLastAttemptWasCommitted() throws Throwable {
      assertThat(read(new Answer.Committed(results.encode("done")))).isEqualTo("done");
    }
  }

  @Nested
  class AReport {

    @Test
    void isThrown() {
      Details details = Details.of(Outcome.NOT_STARTED).taskId(task.id());
      TransactionCancelledException made = new TransactionCancelledException("no", details, null);

      assertThat(thrown(new Answer.Failure(details, same -> made))).isSameAs(made);
    }
  }
}
