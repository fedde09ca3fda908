package io.cofferdam.internal.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import com.google.common.collect.Iterables;
import io.cofferdam.CrashReport.Phase;
import io.cofferdam.Outcome;
import io.cofferdam.TransactionException;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionRejectedException.Reason;
import io.cofferdam.WorkerCrashedException;
import io.cofferdam.internal.answer.FailureMessages;
import io.cofferdam.internal.codec.FailureCodec;
import io.cofferdam.internal.config.ExecutorConfig;
import io.cofferdam.internal.config.ExecutorConfigs;
import io.cofferdam.internal.config.Tracking;
import io.cofferdam.internal.dialect.generic.GenericIncompleteRollback;
import io.cofferdam.internal.process.FakeProcess;
import io.cofferdam.internal.process.Launcher;
import io.cofferdam.internal.process.Permits;
import io.cofferdam.internal.process.PrivateDirectory;
import io.cofferdam.internal.queue.FairQueue;
import io.cofferdam.internal.queue.TaskSource;
import io.cofferdam.internal.queue.Tasks;
import io.cofferdam.internal.recorder.FlightRecorder;
import io.cofferdam.internal.settle.Judge;
import io.cofferdam.internal.settle.Settlements;
import io.cofferdam.internal.stats.Counters;
import io.cofferdam.internal.stats.PoolEvents;
import io.cofferdam.internal.stats.PoolListener;
import io.cofferdam.internal.stats.PoolListener.StartFailure;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.ClientQueue;
import io.cofferdam.internal.task.SubmittedTask;
import io.cofferdam.internal.wire.Frame;
import io.cofferdam.internal.wire.FrameChannel;
import io.cofferdam.internal.wire.FrameType;
import io.cofferdam.internal.wire.Greeting;
import io.cofferdam.internal.wire.Hello;
import io.cofferdam.internal.wire.JvmDefaults;
import io.cofferdam.internal.wire.PayloadWriter;
import io.cofferdam.internal.wire.Welcome;
import io.cofferdam.testkit.process.WorkerProcesses;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/** A link whose worker is the test: the process is a fake, all that connects them is real. */
class LinkTest {

  private static final byte[] NO_TRANSACTION = {};
  private static final byte[] RESULT = {1, 2, 3};
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final FakeProcess process = new FakeProcess("");
  private final BlockingQueue<Path> sockets = new ArrayBlockingQueue<>(1);
  private final Tasks tasks = new Tasks(100, 10);
  private final FairQueue queue = tasks.queue();
  private final Counters counters = tasks.counters();
  private final PrivateDirectory directory = new PrivateDirectory();
  private final ExecutorConfig config = ExecutorConfigs.withMemory(1, 0, 64 << 20);
  private volatile @Nullable Error failureToCount;

  private Settlements settlements;
  private Link link;
  private FakeWorker worker;

  private Process start(ProcessBuilder builder) throws IOException {
    String socket = Iterables.getLast(builder.command());
    if (!process.isAlive() || !sockets.offer(Path.of(socket))) {
      throw new IOException("there is one worker only");
    }
    return process;
  }

  @BeforeEach
  void startWorker() throws Exception {
    FailureCodec failures = new FailureCodec(List.of(), 1 << 20);
    FailureMessages messages = new FailureMessages(failures, () -> "queued=0", () -> null);
    settlements =
        new Settlements(
            config,
            new TaskSource(queue, tasks.attempts(), messages),
            new PoolEvents(counters),
            Runnable::run);
    link =
        new Link(context(messages, this::start, new Permits(1), failure -> {}), 1, ended -> true);
    link.start();
    worker = new FakeWorker(process, sockets);
  }

  /** Returns what a link needs for one worker. */
  private SlotContext context(
      FailureMessages messages,
      Launcher.Starter starter,
      Permits startPermits,
      Consumer<StartFailure> startFailed) {
    PoolListener listener =
        new PoolListener() {
          @Override
          public void taskDispatched() {
            Error failure = failureToCount;
            if (failure != null) {
              throw failure;
            }
          }

          @Override
          public void startFailed(StartFailure failure) {
            startFailed.accept(failure);
          }
        };
    return new SlotContext(
        config,
        new TaskSource(queue, tasks.attempts(), messages),
        new SlotContext.Limits(new Permits(1), startPermits, startPermits),
        new Launcher(
            config, directory, starter, List.of(), JvmDefaults.current(), new SecureRandom()),
        new SlotContext.Settling(
            new Judge(messages, new Tracking.None(), new GenericIncompleteRollback()), settlements),
        new SlotContext.Health(
            new RestartIntensity(() -> 1), new Strength(() -> 1, List::of), counters),
        new PoolEvents(counters, listener));
  }

  @AfterEach
  void stop() throws Exception {
    link.stop();
    link.join();
    settlements.close();
    worker.close();
    directory.remove();
  }

  /** Submits a task, which the worker begins. */
  private void beginTask() throws IOException {
    assertThat(Tasks.offer(queue, tasks.submitted(new ClientQueue("teller")))).isNull();
    worker.begin();
  }

  private Answer answer() {
    await("the answer").atMost(PATIENCE).until(() -> !tasks.heard().isEmpty());
    assertThat(tasks.heard()).hasSize(1);
    return tasks.heard().get(0);
  }

  @Nested
  class AWorkerThatWasSentSigkill {

    @Test
    void hasNoVerdictBeforeItHasEnded() throws IOException {
      beginTask();
      process.outliveKill(
          () -> {
            assertThat(tasks.heard()).as("told while the process was running").isEmpty();
            worker.commit();
          });

      worker.close();

      assertThat(answer())
          .isInstanceOfSatisfying(
              Answer.Committed.class,
              committed -> assertThat(committed.result()).isEqualTo(RESULT));
    }

    /** A process may take its time from closing its channel to its end. */
    @Test
    void hasCrashedIfItWasEndingByItself() throws IOException {
      beginTask();
      process.outliveKill(() -> process.exit(1));

      worker.close();

      assertThat(answer())
          .isInstanceOfSatisfying(
              Answer.Failure.class,
              failure ->
                  assertThat(failure.exception())
                      .isInstanceOf(WorkerCrashedException.class)
                      .hasMessageContaining("exited with code 1"));
      await("the crash to be counted").atMost(PATIENCE).until(() -> counters.crashes() == 1);
    }

    @Test
    void leavesTheOutcomeUnknownIfItDoesNotEnd() throws IOException {
      beginTask();
      process.outliveKill();

      worker.close();

      assertThat(answer().outcome()).isEqualTo(Outcome.UNKNOWN);
      assertThat(answer())
          .isInstanceOfSatisfying(
              Answer.Failure.class,
              failure ->
                  assertThat(failure.exception())
                      .isInstanceOfSatisfying(
                          WorkerCrashedException.class,
                          crash ->
                              assertThat(crash.crashReport().phase()).isEqualTo(Phase.UNREADABLE)));
    }
  }

  @Nested
  class AWorkerThatAnswers {

    @Test
    void isGivenTheNextTaskIfItsAnswerSaysThatItIsReady() throws IOException {
      beginTask();

      worker.answer(true);
      beginTask();

      assertThat(answer()).isInstanceOf(Answer.Committed.class);
      assertThat(counters.dispatched()).isEqualTo(2);
      worker.answer(true);
    }

    @Test
    void isGivenTheNextTaskOnceItHasSaidReady() throws IOException {
      beginTask();

      worker.answer(false);
      assertThat(answer()).isInstanceOf(Answer.Committed.class);
      assertThat(Tasks.offer(queue, tasks.submitted(new ClientQueue("next")))).isNull();
      assertThat(queue.size()).as("what waits for the worker").isOne();
      worker.sayReady();
      worker.begin();

      assertThat(queue.size()).isZero();
      worker.answer(true);
    }

    /** It may be read with the answer, and then shows when the next task is given to the worker. */
    @Test
    void isEndedIfItSaysReadyTwice() throws IOException {
      beginTask();

      worker.answer(true);
      worker.sayReady();

      assertThat(answer()).isInstanceOf(Answer.Committed.class);
      assertThat(Tasks.offer(queue, tasks.submitted(new ClientQueue("next")))).isNull();
      await("the worker's end").atMost(PATIENCE).until(() -> !process.isAlive());
    }
  }

  @Nested
  class AThreadThatBringsATask {

    private SubmittedTask task(int bytes) {
      return tasks.submitted(
          new ClientQueue("teller"),
          new byte[bytes],
          TransactionOptions.defaults(),
          System.nanoTime() + TimeUnit.HOURS.toNanos(1));
    }

    private void bring(SubmittedTask task) {
      await("an idle worker").atMost(PATIENCE).until(() -> tasks.idleTakers() == 1);
      assertThat(Tasks.offer(queue, task)).isNull();
    }

    @Test
    void harmsNoChannelByItsInterrupt() throws IOException {
      for (int i = 0; i < 20; i++) {
        SubmittedTask task = task(100);
        await("an idle worker").atMost(PATIENCE).until(() -> tasks.idleTakers() == 1);
        Thread.currentThread().interrupt();
        Reason refusal = Tasks.offer(queue, task);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(refusal).isNull();
        worker.begin();
        worker.answer(true);
      }
      await("the answers").atMost(PATIENCE).until(() -> tasks.heard().size() == 20);
      assertThat(tasks.heard()).hasOnlyElementsOfType(Answer.Committed.class);
    }

    /** The worker reads nothing before the thread has brought the task. */
    @Test
    void neverWaitsForTheWorker() throws IOException {
      bring(task(4 << 20));

      assertThat(tasks.heard()).isEmpty();
      worker.begin();
      worker.answer(true);
      assertThat(answer()).isInstanceOf(Answer.Committed.class);
    }

    @Test
    void isNotHitByWhatFailsThere() {
      failureToCount = new StackOverflowError("of the caller");

      bring(task(100));

      assertThat(answer().outcome()).isEqualTo(Outcome.UNKNOWN);
      assertThat(answer())
          .isInstanceOfSatisfying(
              Answer.Failure.class,
              failed ->
                  assertThat(failed.exception())
                      .hasMessageContaining("StackOverflowError: of the caller"));
    }

    @Test
    void leavesTheTaskToAnotherWorkerIfThisOneIsGone() throws IOException {
      SubmittedTask task = task(100);
      await("an idle worker").atMost(PATIENCE).until(() -> tasks.idleTakers() == 1);
      process.exit(1);

      assertThat(Tasks.offer(queue, task)).isNull();

      await("the task to wait for the next worker")
          .atMost(PATIENCE)
          .until(() -> !process.isAlive() && queue.size() == 1);
      assertThat(tasks.heard()).isEmpty();
    }
  }

  @Nested
  class ALoggerThatThrows {

    private final LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final TurboFilter full =
        new TurboFilter() {
          @Override
          public FilterReply decide(
              Marker marker,
              Logger logger,
              Level level,
              String format,
              Object[] params,
              Throwable thrown) {
            if (logger.getName().startsWith("io.cofferdam")) {
              throw new IllegalStateException("the disk of the log is full");
            }
            return FilterReply.NEUTRAL;
          }
        };

    @BeforeEach
    void failToLog() {
      loggers.addTurboFilter(full);
    }

    @AfterEach
    void logAgain() {
      loggers.getTurboFilterList().remove(full);
    }

    @Test
    void costsNeitherTheSlotNorWhatItsWorkerHeld() throws IOException {
      beginTask();
      process.exit(1);
      worker.close();

      assertThat(answer().outcome()).isEqualTo(Outcome.ROLLED_BACK);
      await("the link to start over")
          .atMost(PATIENCE)
          .until(() -> counters.lastStartFailure() != null);
    }
  }

  @Nested
  class AFailureOfTheApplicationItself {

    @Test
    void leavesTheOutcomeUnknownAndIsTold() throws IOException {
      OutOfMemoryError failure = new OutOfMemoryError("of the application");
      beginTask();
      process.outliveKill(
          () -> {
            throw failure;
          });

      worker.close();

      assertThat(answer().outcome()).isEqualTo(Outcome.UNKNOWN);
      assertThat(answer())
          .isInstanceOfSatisfying(
              Answer.Failure.class,
              failed ->
                  assertThat(failed.exception())
                      .isInstanceOf(WorkerCrashedException.class)
                      .hasMessageContaining("OutOfMemoryError: of the application")
                      .matches(TransactionException::sessionMayBeAlive, "session may be alive"));
      process.exit(1);
    }
  }

  @Nested
  class AGrowthThatTheMachineHasNoSelectorFor {

    @Test
    void changesNothing() throws Exception {
      FailureMessages messages =
          new FailureMessages(new FailureCodec(List.of(), 1 << 20), () -> "", () -> null);
      SlotContext context =
          context(
              messages,
              builder -> {
                throw new IOException("no process");
              },
              new Permits(1),
              failure -> {});
      Permits permits = new Permits(0);
      Slots slots =
          new Slots(
              permits,
              0,
              (number, mayEnd) -> {
                if (number == 3) {
                  throw new IOException("too many open files");
                }
                return new Link(context, number, mayEnd);
              });
      assertThat(slots.resize(1)).isTrue();
      slots.start();
      int before = WorkerProcesses.openDescriptors();

      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(() -> slots.resize(3)).hasMessage("too many open files");
      }

      assertThat(permits.count()).isEqualTo(1);
      assertThat(slots.snapshot()).hasSize(1);
      assertThat(WorkerProcesses.openDescriptors()).isLessThan(before + 10);
      assertThat(slots.resize(2)).isTrue();
      assertThat(slots.snapshot()).hasSize(2);
      slots.stop();
      assertThat(slots.resize(1)).as("after the end").isFalse();
    }
  }

  /** As of an executor that could not start all its threads. */
  @Test
  void linksThatWereNeverStartedLeaveNoDescriptors() throws Exception {
    FailureMessages messages =
        new FailureMessages(new FailureCodec(List.of(), 1 << 20), () -> "", () -> null);
    SlotContext context = context(messages, this::start, new Permits(1), failure -> {});
    int before = WorkerProcesses.openDescriptors();
    for (int index = 2; index < 12; index++) {
      Link unused = new Link(context, index, ended -> true);
      unused.stop();
      unused.join();
    }

    assertThat(WorkerProcesses.openDescriptors()).isLessThan(before + 10);
  }

  @Nested
  class ALaunch {

    @Test
    void isReportedWithItsCauseWhateverHasFailed() throws Exception {
      NoClassDefFoundError missing = new NoClassDefFoundError("jdk/net/ExtendedSocketOptions");
      BlockingQueue<StartFailure> failed = new ArrayBlockingQueue<>(100);
      Permits startPermits = new Permits(1);
      FailureMessages messages =
          new FailureMessages(new FailureCodec(List.of(), 1 << 20), () -> "queued=0", () -> null);
      Link failing =
          new Link(
              context(
                  messages,
                  builder -> {
                    throw missing;
                  },
                  startPermits,
                  failed::add),
              2,
              ended -> true);
      failing.start();
      try {
        StartFailure first = failed.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(first).isNotNull();
        assertThat(first.cause()).isSameAs(missing);
        assertThat(first.message()).contains("jdk/net/ExtendedSocketOptions", "module jdk.net");
        assertThat(failed.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS))
            .as("the failure of the next try")
            .isEqualTo(first);
        assertThat(counters.lastStartFailure()).isEqualTo(first);
        AtomicBoolean free = new AtomicBoolean();
        free.compareAndSet(false, startPermits.takeOrWait(() -> free.set(true)));
        await("the place of a start between two tries").atMost(PATIENCE).untilTrue(free);
        startPermits.release();
      } finally {
        failing.stop();
        failing.join();
      }
    }
  }

  /** The other end of the link, as far as a test plays it. */
  private static final class FakeWorker implements AutoCloseable {

    private final SocketChannel control;
    private final SocketChannel socket;
    private final FrameChannel channel;
    private final FlightRecorder recorder;
    private final long generation;
    private @Nullable Frame task;

    /** Starts as a worker does, until it is ready. */
    FakeWorker(FakeProcess process, BlockingQueue<Path> sockets)
        throws IOException, InterruptedException {
      Path path = sockets.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(path).as("the supervisor's socket").isNotNull();
      await("the token").atMost(PATIENCE).until(() -> process.input.size() > 0);
      String token = process.input.toString(StandardCharsets.US_ASCII).trim();
      control = SocketChannel.open(UnixDomainSocketAddress.of(path));
      Greeting.write(new Hello(token, Hello.Way.CONTROL), control);
      socket = SocketChannel.open(UnixDomainSocketAddress.of(path));
      Greeting.write(new Hello(token, Hello.Way.CHANNEL), socket);
      channel = new FrameChannel(socket);
      Frame welcome = channel.take();
      generation = welcome.generation();
      recorder = FlightRecorder.open(Path.of(Welcome.decode(welcome.payload()).recorder()));
      recorder.attach(generation);
      send(FrameType.ATTACHED, new byte[0]);
      send(FrameType.READY, new PayloadWriter(16).putString(null).toByteArray());
    }

    private void send(FrameType type, byte[] payload) throws IOException {
      write(new Frame(type, generation, 0, Frame.NO_TASK, payload));
    }

    private void write(Frame frame) throws IOException {
      channel.write(frame, () -> {});
    }

    void begin() throws IOException {
      Frame begun = channel.take();
      recorder.running(begun.sequence());
      task = begun;
    }

    void commit() {
      assertThat(task).isNotNull();
      recorder.committing(NO_TRANSACTION, RESULT);
      recorder.committed();
    }

    void answer(boolean ready) throws IOException {
      assertThat(task).isNotNull();
      write(
          new Frame(
              FrameType.COMMITTED, generation, task.sequence(), task.taskId(), RESULT, ready));
    }

    void sayReady() throws IOException {
      assertThat(task).isNotNull();
      byte[] payload = new PayloadWriter(16).putString(null).toByteArray();
      write(new Frame(FrameType.READY, generation, task.sequence(), Frame.NO_TASK, payload));
    }

    /** Closes its connections, which is no end of the process. */
    @Override
    public void close() throws IOException {
      control.close();
      socket.close();
    }
  }
}
