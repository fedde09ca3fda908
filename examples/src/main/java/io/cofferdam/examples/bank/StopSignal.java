package io.cofferdam.examples.bank;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.google.common.util.concurrent.Uninterruptibles;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * Turns Ctrl-C and SIGTERM into an orderly end: asks the program to stop, and keeps the JVM alive
 * until it has.
 */
final class StopSignal implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 60;

  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  private StopSignal() {}

  /** Listens for signals from now on. */
  static StopSignal install() {
    StopSignal signal = new StopSignal();
    Runtime.getRuntime().addShutdownHook(new Thread(signal::onShutdown, "bank-stop"));
    return signal;
  }

  private void onShutdown() {
    requested.countDown();
    boolean unused = Uninterruptibles.awaitUninterruptibly(stopped, PATIENCE_SECONDS, SECONDS);
  }

  /** Tells whether the user wants the program to stop. */
  boolean requested() {
    return requested.getCount() == 0;
  }

  /** Waits for that long, or until the user wants the program to stop. */
  void await(Duration duration) throws InterruptedException {
    boolean unused = requested.await(duration.toNanos(), NANOSECONDS);
  }

  /** Tells that everything has been stopped. */
  @Override
  public void close() {
    stopped.countDown();
  }
}
