package io.cofferdam.testkit.process;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** Sends real signals, to processes that this JVM started, directly or through its children. */
public final class Kill {

  private Kill() {}

  /**
   * Sends a signal by its name without SIG, such as {@code KILL}.
   *
   * @throws IllegalArgumentException if the process is not a live descendant of this JVM
   */
  public static void send(String signal, long pid) {
    if (ProcessHandle.current().descendants().noneMatch(process -> process.pid() == pid)) {
      throw new IllegalArgumentException(pid + " is not a descendant of this JVM");
    }
    run("kill", "-" + signal, Long.toString(pid));
  }

  /**
   * Sends SIGSTOP, and waits until no thread of the process runs any more. On a machine under load
   * that is many milliseconds after the signal is sent, and an idle worker can still begin with a
   * task meanwhile.
   *
   * @throws IllegalArgumentException if the process is not a live descendant of this JVM
   */
  public static void stop(long pid) {
    send("STOP", pid);
    await("process " + pid + " to stop")
        .atMost(Duration.ofSeconds(30))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> isStopped(pid));
  }

  private static boolean isStopped(long pid) {
    return ProcFiles.listIfThere(Path.of("/proc", Long.toString(pid), "task")).stream()
        .map(thread -> ProcFiles.read(thread.resolve("status")))
        .allMatch(status -> status.isEmpty() || status.contains("\nState:\tT"));
  }

  /** Sends a signal to the whole process group that a {@link ChildApplication} leads. */
  public static void sendToGroup(String signal, ChildApplication application) {
    run("kill", "-" + signal, "--", "-" + application.pid());
  }

  /** Sends SIGKILL and waits until the process is gone. */
  public static void andAwaitEnd(ProcessHandle process) {
    process.destroyForcibly();
    await("process " + process.pid() + " to end")
        .atMost(Duration.ofSeconds(30))
        .until(() -> !process.isAlive());
  }

  private static void run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
