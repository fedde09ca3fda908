package io.cofferdam.internal.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class SpinTest {

  private final AtomicBoolean turn = new AtomicBoolean();
  private final AtomicInteger asked = new AtomicInteger();
  private final Spin spin = new Spin(turn);

  private boolean comesAtOnce() {
    asked.incrementAndGet();
    return true;
  }

  private boolean neverComes() {
    asked.incrementAndGet();
    return false;
  }

  /** Waits so shortly that spinning pays; a busy machine may need more than one try. */
  private void waitShortly() {
    do {
      spin.begin();
      spin.over();
    } while (!spin.begin());
  }

  private void waitLong() {
    spin.begin();
    LockSupport.parkNanos(2_000_000);
    spin.over();
  }

  @Test
  void doesNotSpinBeforeItHasPaid() throws IOException {
    spin.begin();
    spin.until(this::comesAtOnce);
    assertThat(asked).hasValue(0);
  }

  @Test
  void spinsOnceAWaitWasShort() throws IOException {
    waitShortly();
    spin.begin();
    spin.until(this::comesAtOnce);
    assertThat(asked).hasValue(1);
    assertThat(turn).isFalse();
  }

  @Test
  void givesUpByItself() throws IOException {
    waitShortly();
    spin.begin();
    spin.until(this::neverComes);
    assertThat(asked).hasPositiveValue();
  }

  @Test
  void stopsSpinningAfterALongWait() throws IOException {
    waitShortly();
    waitLong();
    spin.begin();
    spin.until(this::comesAtOnce);
    assertThat(asked).hasValue(0);
  }

  @Test
  void doesNotSpinWhileAnotherLinkDoes() throws IOException {
    waitShortly();
    turn.set(true);
    spin.begin();
    spin.until(this::comesAtOnce);
    assertThat(asked).hasValue(0);
    assertThat(turn).isTrue();
  }

  @Test
  void givesTheTurnBackWhenTheChannelBreaks() {
    waitShortly();
    spin.begin();
    assertThatThrownBy(
            () ->
                spin.until(
                    () -> {
                      throw new IOException("broken");
                    }))
        .isInstanceOf(IOException.class);
    assertThat(turn).isFalse();
  }
}
