package io.cofferdam.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.internal.boot.WorkerProgram;
import org.junit.jupiter.api.Test;

class WorkerProgramTest {

  @Test
  void namesClassesThatThereAre() {
    assertThat(WorkerProgram.mainClass()).isEqualTo(WorkerMain.class.getName());
    assertThat(WorkerProgram.loggerProvider()).isEqualTo(ConsoleLoggerProvider.class.getName());
  }
}
