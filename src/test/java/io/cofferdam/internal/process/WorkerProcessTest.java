package io.cofferdam.internal.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.cofferdam.internal.recorder.RecorderFile;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@Tag("process")
class WorkerProcessTest {

  /** Holds up whoever logs. */
  private static final class BusyLog extends AppenderBase<ILoggingEvent> {
    final CountDownLatch reached = new CountDownLatch(1);
    final CountDownLatch free = new CountDownLatch(1);

    @Override
    protected void append(ILoggingEvent event) {
      reached.countDown();
      try {
        free.await();
      } catch (InterruptedException e) {
        throw new AssertionError("nobody interrupts the thread of a worker's output", e);
      }
    }
  }

  @Test
  void keepsTheLastWordsOfAProcessThatItKills(@TempDir Path directory) throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger("io.cofferdam.worker");
    BusyLog log = new BusyLog();
    log.start();
    logger.addAppender(log);
    WorkerProcess worker = null;
    try {
      Process process =
          new ProcessBuilder("sh", "-c", "echo first; read go; echo last; exec sleep 600").start();
      worker =
          new WorkerProcess(
              "bank-worker-3.7",
              7,
              process,
              RecorderFile.create(directory, "recorder"),
              directory.resolve("hs_err.log"),
              new LinkSelector());
      log.reached.await();
      try (OutputStream input = process.getOutputStream()) {
        input.write('\n');
      }
      try (InputStream pipe = new FileInputStream("/proc/" + process.pid() + "/fd/1")) {
        await().until(() -> pipe.available() > 0);
      }

      ExitStatus exit = worker.endAndReap();

      log.free.countDown();
      assertThat(exit).isEqualTo(ExitStatus.of(128 + 9));
      assertThat(worker.output().tail()).isEqualTo("first\nlast\n");
    } finally {
      log.free.countDown();
      logger.detachAppender(log);
      if (worker != null) {
        worker.kill();
        worker.release();
      }
    }
  }
}
