package io.cofferdam.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExitStatusTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 64, 127, 128, 193, 255})
  void isACodeWhenTheProcessExited(int value) {
    ExitStatus status = ExitStatus.of(value);

    assertThat(status).isEqualTo(new ExitStatus(value, null));
    assertThat(status).hasToString("exited with code " + value);
  }

  @ParameterizedTest
  @CsvSource({
    "129, SIGHUP",
    "134, SIGABRT",
    "135, SIGBUS",
    "137, SIGKILL",
    "139, SIGSEGV",
    "143, SIGTERM",
    "138, signal 10",
    "192, signal 64"
  })
  void isASignalWhenOneEndedTheProcess(int value, String signal) {
    ExitStatus status = ExitStatus.of(value);

    assertThat(status).isEqualTo(new ExitStatus(null, signal));
    assertThat(status).hasToString("ended by " + signal);
  }
}
