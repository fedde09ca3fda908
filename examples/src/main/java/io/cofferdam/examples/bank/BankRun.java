package io.cofferdam.examples.bank;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.cofferdam.ExecutorSnapshot;
import io.cofferdam.TransactionExecutor;
import java.io.PrintStream;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** One run: opens the bank for a while, with all clients at work and workers being killed. */
final class BankRun {

  private static final long LOOK_MILLIS = 50;
  private static final Duration WORKERS_PATIENCE = Duration.ofSeconds(60);

  private final TransactionExecutor executor;
  private final BankOptions options;
  private final StopSignal stop;
  private final AnswerLog log = new AnswerLog();
  private final WorkerKiller killer;
  private final BusyWatch busy;
  private final ProgressLine progress;
  private final CountDownLatch clientsAtWork;

  private volatile boolean open = true;

  BankRun(
      TransactionExecutor executor,
      CommitWatch commits,
      BankOptions options,
      StopSignal stop,
      PrintStream out) {
    this.executor = executor;
    this.options = options;
    this.stop = stop;
    this.killer = new WorkerKiller(executor, commits);
    this.busy = new BusyWatch(executor);
    this.progress = new ProgressLine(executor, log, killer, out);
    this.clientsAtWork = new CountDownLatch(options.clients);
  }

  /**
   * Runs until the time is over, and then waits for the answers that are still due; or until the
   * user stops it.
   *
   * @param answersWithin how long the last answers may take; the result lacks those that are later
   */
  RunResult run(Duration answersWithin) throws InterruptedException {
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    try {
      awaitWorkers();
      long start = System.nanoTime();
      startClock(clock);
      startClients();
      stop.await(Duration.ofSeconds(options.seconds));
      open = false;
      if (!stop.requested()) {
        boolean unused = clientsAtWork.await(answersWithin.toMillis(), MILLISECONDS);
      }
      return result(Duration.ofNanos(System.nanoTime() - start));
    } finally {
      clock.shutdownNow();
      clock.awaitTermination(1, SECONDS);
      progress.end();
    }
  }

  /** Waits until all workers are there: build() returns with the first. */
  private void awaitWorkers() throws InterruptedException {
    long untilNanos = System.nanoTime() + WORKERS_PATIENCE.toNanos();
    while (!stop.requested() && !areReady(executor) && System.nanoTime() - untilNanos < 0) {
      stop.await(Duration.ofMillis(LOOK_MILLIS));
    }
  }

  private static boolean areReady(TransactionExecutor executor) {
    ExecutorSnapshot now = executor.snapshot();
    return now.ready() >= now.configuredWorkers();
  }

  @SuppressWarnings("FutureReturnValueIgnored")
  private void startClock(ScheduledExecutorService clock) {
    clock.scheduleAtFixedRate(progress::print, 1, 1, SECONDS);
    clock.scheduleAtFixedRate(this::look, LOOK_MILLIS, LOOK_MILLIS, MILLISECONDS);
    long killEveryNanos = options.killEvery().toNanos();
    if (killEveryNanos > 0) {
      clock.scheduleAtFixedRate(this::kill, killEveryNanos, killEveryNanos, NANOSECONDS);
    }
  }

  private void look() {
    if (open) {
      busy.look();
    }
  }

  private void kill() {
    if (open) {
      killer.killOne();
    }
  }

  private void startClients() {
    SplittableRandom random = new SplittableRandom();
    for (int i = 1; i <= options.clients; i++) {
      new BankClient(
              executor.client("client-" + i),
              random.split(),
              log,
              () -> open,
              clientsAtWork::countDown)
          .next();
    }
  }

  private RunResult result(Duration elapsed) {
    return new RunResult(
        elapsed,
        log.submitted(),
        log.answered(),
        log.answers(),
        killer.kills(),
        killer.killsInCommit(),
        executor.snapshot().respawns(),
        busy.average());
  }
}
