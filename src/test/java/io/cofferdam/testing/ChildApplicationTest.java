package io.cofferdam.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.testkit.process.ChildApplication;
import io.cofferdam.testkit.process.Kill;
import io.cofferdam.testkit.process.WorkerProcesses;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("process")
class ChildApplicationTest {

  static final class Echo {
    public static void main(String[] arguments) throws IOException {
      System.out.println("ready " + arguments[0] + System.getProperty("flavour"));
      System.err.println("a complaint");
      System.exit(System.in.read() - '0');
    }
  }

  @Test
  void collectsOutputAndExitCode() {
    try (ChildApplication application = ChildApplication.start(Echo.class, "steady")) {
      assertThat(application.awaitLine("ready ")).isEqualTo("steadynull");
      assertThatThrownBy(() -> Kill.send("TERM", 1)).isInstanceOf(IllegalArgumentException.class);

      application.tell("7");

      assertThat(application.awaitExit()).isEqualTo(7);
      assertThat(application.errors()).containsExactly("a complaint");
      assertThat(WorkerProcesses.zombies()).doesNotContain(application.pid());
    }
  }

  @Test
  void diesBySignalToItsGroupWhichSparesUs() {
    try (ChildApplication application =
        ChildApplication.start(java.util.List.of("-Dflavour=!"), Echo.class, "steady")) {
      assertThat(application.awaitLine("ready ")).isEqualTo("steady!");
      assertThat(WorkerProcesses.commandLine(application.pid())).contains("Echo");
      assertThat(application.workers()).isEmpty();

      Kill.sendToGroup("TERM", application);

      assertThat(application.awaitExit()).isEqualTo(128 + 15);
    }
  }

  @Test
  void tellsWhatAnApplicationSaidThatEndedTooSoon() {
    try (ChildApplication application = ChildApplication.start(Echo.class)) {
      assertThatThrownBy(() -> application.awaitLine("ready"))
          .hasStackTraceContaining("ArrayIndexOutOfBounds");
    }
  }
}
