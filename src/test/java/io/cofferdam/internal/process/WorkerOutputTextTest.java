package io.cofferdam.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.internal.text.Secrets;
import io.cofferdam.testing.CapturedLog;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How what a worker printed is shown, in the log and as the tail of a crash report. */
class WorkerOutputTextTest {

  @RegisterExtension final CapturedLog log = CapturedLog.of("io.cofferdam.worker");

  private static WorkerOutput drained(String printed) {
    WorkerOutput output =
        WorkerOutput.of(
            "bank-worker-3.7", new ByteArrayInputStream(printed.getBytes(StandardCharsets.UTF_8)));
    output.hide(Secrets.of("jdbc:postgresql://h/db", "bank", "hunter22", Map.of()));
    output.run();
    return output;
  }

  @Test
  void hidesTheConfiguredSecretsAndThoseInUrls() {
    WorkerOutput output = drained("no login with hunter22 at jdbc:x://u:p4ss@h/db?token=t0k3n\n");

    String shown = "no login with *** at jdbc:x://***@h/db?token=***";
    assertThat(log.messages()).containsExactly("[bank-worker-3.7] " + shown);
    assertThat(output.soFar()).isEqualTo(shown + "\n");
  }

  @Test
  void escapesWhatForgesALineOrTurnsTheTextAround() {
    WorkerOutput output = drained("one\u2028two\u202ethree\u001b[2J\nfour\n");

    assertThat(log.messages())
        .containsExactly(
            "[bank-worker-3.7] one\\u2028two\\u202ethree\\u001b[2J", "[bank-worker-3.7] four");
    assertThat(output.soFar()).isEqualTo("one\\u2028two\\u202ethree\\u001b[2J\nfour\n");
  }
}
