package io.cofferdam.internal.process;

import com.google.common.collect.ImmutableMap;
import org.jspecify.annotations.Nullable;

/**
 * How a process ended. The JDK reports death by signal n as exit value 128 + n; a process that
 * exits with such a value by itself cannot be told from one that was killed.
 *
 * @param code the exit code, or null if a signal ended it
 * @param signal the name of the signal, or null
 */
public record ExitStatus(@Nullable Integer code, @Nullable String signal) {

  private static final ImmutableMap<Integer, String> SIGNALS =
      ImmutableMap.<Integer, String>builder()
          .put(1, "SIGHUP")
          .put(2, "SIGINT")
          .put(3, "SIGQUIT")
          .put(4, "SIGILL")
          .put(5, "SIGTRAP")
          .put(6, "SIGABRT")
          .put(7, "SIGBUS")
          .put(8, "SIGFPE")
          .put(9, "SIGKILL")
          .put(11, "SIGSEGV")
          .put(13, "SIGPIPE")
          .put(14, "SIGALRM")
          .put(15, "SIGTERM")
          .put(24, "SIGXCPU")
          .put(25, "SIGXFSZ")
          .put(31, "SIGSYS")
          .buildOrThrow();

  public boolean isKill() {
    return "SIGKILL".equals(signal);
  }

  public static ExitStatus of(int exitValue) {
    if (exitValue > 128 && exitValue <= 128 + 64) {
      int number = exitValue - 128;
      return new ExitStatus(null, SIGNALS.getOrDefault(number, "signal " + number));
    }
    return new ExitStatus(exitValue, null);
  }

  @Override
  public String toString() {
    return signal != null ? "ended by " + signal : "exited with code " + code;
  }
}
