package io.cofferdam.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SpawnerTest {

  @Test
  void startsTheFirstProcessWithADeathSignalThoughTheCallerIsInterrupted()
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of("sh", "-c", "exit 7")));

    try (Spawner spawner = new Spawner("bank")) {
      Thread.currentThread().interrupt();
      Process process = spawner.spawn(builder);

      assertThat(Thread.interrupted()).isTrue();
      assertThat(builder.command().get(0)).endsWith("/setpriv");
      assertThat(builder.command().subList(1, 4)).containsExactly("--pdeathsig", "KILL", "sh");
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(7);
    }
  }
}
