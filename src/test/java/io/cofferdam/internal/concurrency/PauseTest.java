package io.cofferdam.internal.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Pauses grow with each trial that was of no use, and pass only with windows. */
class PauseTest {

  private final Pause pause = new Pause(10);

  private int windowsUntilOver() {
    int windows = 1;
    while (!pause.isOverAfterWindow()) {
      windows++;
    }
    return windows;
  }

  @Test
  void isOverAtOnceInTheBeginning() {
    assertThat(windowsUntilOver()).isEqualTo(1);
  }

  @Test
  void isTwiceAsLongEachTimeUpToTheMost() {
    int[] lengths = new int[4];
    for (int i = 0; i < lengths.length; i++) {
      pause.failed();
      lengths[i] = windowsUntilOver();
    }

    assertThat(lengths).containsExactly(3, 6, 10, 10);
  }

  @Test
  void isShortAgainAfterARestart() {
    pause.failed();
    pause.failed();

    pause.restart(2);

    assertThat(windowsUntilOver()).isEqualTo(2);
    pause.failed();
    assertThat(windowsUntilOver()).isEqualTo(3);
  }

  @Test
  void staysOverUntilATrialFails() {
    windowsUntilOver();

    assertThat(windowsUntilOver()).isEqualTo(1);
  }
}
