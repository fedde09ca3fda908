package io.cofferdam.internal.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Uninterruptibles;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallbackThreadsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final CallbackThreads callbacks = new CallbackThreads("bank");

  @AfterEach
  void shutdown() {
    callbacks.shutdown();
  }

  private static boolean await(CountDownLatch latch) {
    return Uninterruptibles.awaitUninterruptibly(latch, PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void aLongLineOfCallbacksThatDoNotBlockHasAFewThreads() {
    int many = 300_000;
    CountDownLatch done = new CountDownLatch(many);
    Set<Thread> threads = ConcurrentHashMap.newKeySet();

    for (int i = 0; i < many; i++) {
      callbacks.execute(
          () -> {
            threads.add(Thread.currentThread());
            done.countDown();
          });
    }

    assertThat(await(done)).isTrue();
    assertThat(threads).hasSizeLessThanOrEqualTo(CallbackThreads.FEW);
    assertThat(callbacks.started()).isLessThanOrEqualTo(CallbackThreads.FEW);
  }

  /** A link gives answers here, and must neither fail nor lose one because threads are short. */
  @Test
  void aCallbackWaitsUntilTheMachineHasAThreadForIt() {
    AtomicInteger refusals = new AtomicInteger(3);
    CallbackThreads scarce =
        new CallbackThreads(
            "short",
            runner ->
                new Thread(runner) {
                  @Override
                  public synchronized void start() {
                    if (refusals.getAndDecrement() > 0) {
                      throw new OutOfMemoryError("unable to create native thread");
                    }
                    super.start();
                  }
                });
    CountDownLatch done = new CountDownLatch(1);

    scarce.execute(done::countDown);

    assertThat(await(done)).isTrue();
    scarce.shutdown();
  }

  @Test
  void eachCallbackThatBlocksGetsAThreadOfItsOwn() {
    int many = 100;
    CountDownLatch blocked = new CountDownLatch(many);
    CountDownLatch released = new CountDownLatch(1);
    CountDownLatch others = new CountDownLatch(many);
    for (int i = 0; i < many; i++) {
      callbacks.execute(
          () -> {
            blocked.countDown();
            Uninterruptibles.awaitUninterruptibly(released);
          });
      callbacks.execute(others::countDown);
    }

    try {
      assertThat(await(blocked)).isTrue();
      assertThat(await(others)).isTrue();
    } finally {
      released.countDown();
    }
  }

  @Test
  void aCallbackThatThrowsKeepsNoOtherFromBeingRun() {
    CountDownLatch done = new CountDownLatch(10);
    for (int i = 0; i < 10; i++) {
      callbacks.execute(
          () -> {
            done.countDown();
            throw new CallbackFailure();
          });
    }

    assertThat(await(done)).isTrue();
  }

  @Test
  void whatWasGivenBeforeTheShutdownIsRunAndTheThreadsEnd() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(50);
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    for (int i = 0; i < 50; i++) {
      callbacks.execute(
          () -> {
            threads.add(Thread.currentThread());
            Uninterruptibles.awaitUninterruptibly(released);
            done.countDown();
          });
    }

    callbacks.shutdown();
    released.countDown();

    assertThat(await(done)).isTrue();
    for (Thread thread : threads) {
      thread.join(PATIENCE.toMillis());
      assertThat(thread.isAlive()).isFalse();
    }
  }

  /** Says nothing, not even where it was thrown. */
  private static final class CallbackFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CallbackFailure() {
      super("thrown by a callback", null, false, false);
    }
  }
}
