package io.cofferdam.internal.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cofferdam.internal.process.FakeProcess;
import io.cofferdam.internal.process.Permits;
import io.cofferdam.internal.process.WorkerProcess;
import io.cofferdam.internal.queue.Tasks;
import io.cofferdam.internal.recorder.RecorderFile;
import io.cofferdam.internal.wire.FrameChannel;
import io.cofferdam.internal.wire.SocketPair;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlotWaitTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Tasks tasks = new Tasks();
  private final FakeProcess process = new FakeProcess("");

  private SocketPair sockets;
  private SocketPair control;
  private SlotWait wait;
  private WorkerProcess worker;

  @BeforeEach
  void connect(@TempDir Path directory) throws IOException {
    sockets = SocketPair.open();
    control = SocketPair.open();
    wait = new SlotWait(tasks.queue(), new Permits(1), new WorkerSlot("bank-worker-1"));
    worker =
        new WorkerProcess(
            "bank-worker-1.1",
            1,
            process,
            RecorderFile.create(directory, "recorder"),
            directory.resolve("hs_err.log"),
            wait.selector());
    worker.connected(new FrameChannel(sockets.left()), control.left());
  }

  @AfterEach
  void release() throws IOException {
    wait.stop();
    worker.release();
    wait.close();
    sockets.close();
    control.close();
  }

  /** Waits for work in a thread that ends without any once it is called away. */
  private void callAwayAfter(long nanos, Runnable call) throws Exception {
    Callable<Boolean> waiting = () -> wait.next(worker, (work, looksNanos) -> null) == null;
    FutureTask<Boolean> withoutWork = new FutureTask<>(waiting);
    new Thread(withoutWork).start();
    await("its waiting").pollInterval(Duration.ofNanos(1)).until(this::isIdle);
    LockSupport.parkNanos(nanos);
    call.run();

    assertThat(withoutWork.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(tasks.idleTakers()).isZero();
  }

  private boolean isIdle() {
    return tasks.idleTakers() == 1;
  }

  @Test
  void endsWhenItIsStopped() throws Exception {
    callAwayAfter(0, wait::stop);
  }

  @Test
  void endsWhenItsProcessEnds() throws Exception {
    callAwayAfter(TimeUnit.MILLISECONDS.toNanos(40), () -> process.exit(1));
  }

  /** The link thread sleeps for 20 ms before it sleeps for long, and for at most 1 ms more. */
  @Test
  void losesNoWakeBetweenTwoSleeps() throws Exception {
    for (int i = 0; i < 60; i++) {
      callAwayAfter(TimeUnit.MICROSECONDS.toNanos(18_000 + 60 * i), wait::stop);
      wait.startOver();
    }
  }
}
