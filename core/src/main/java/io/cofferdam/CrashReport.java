package io.cofferdam;

import java.io.Serializable;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What is known about the death of a worker process.
 *
 * @param worker the worker's name, with its generation, such as {@code bank-worker-3.7}
 * @param pid its process id
 * @param exitStatus its exit code, or null if a signal ended it
 * @param signalName the signal that ended it, such as {@code SIGKILL}, or null. A process that
 *     exits with 128 + n cannot be told from one that signal n ended.
 * @param phase what the transaction was doing, as the flight recorder has it
 * @param client the name of the client handle whose task it ran
 * @param lastOutput the last 8 KiB that the worker wrote to stdout and stderr
 * @param hsErrFile the JVM's fatal error log, or null if it wrote none
 */
public record CrashReport(
    String worker,
    long pid,
    @Nullable Integer exitStatus,
    @Nullable String signalName,
    Phase phase,
    String client,
    String lastOutput,
    @Nullable String hsErrFile)
    implements Serializable {

  /** What a transaction was doing when its worker died. */
  public enum Phase {
    /** The task had been given to the worker, which had not begun with it. */
    NOT_STARTED,
    /** The task was running; commit had not been called. */
    RUNNING,
    /** The task was running, and had issued a statement that may commit by itself. */
    RUNNING_SELF_COMMIT,
    /** Commit had been called and had not returned. */
    COMMITTING,
    /** Commit had returned. */
    COMMITTED,
    /** The transaction had been rolled back, or was about to be. */
    ROLLED_BACK,
    /** The flight recorder could not be read. */
    UNREADABLE
  }

  /** Returns the exit code, or empty if a signal ended the process. */
  public OptionalInt exitCode() {
    return exitStatus == null ? OptionalInt.empty() : OptionalInt.of(exitStatus);
  }

  /** Returns the name of the signal that ended the process, if one did. */
  public Optional<String> signal() {
    return Optional.ofNullable(signalName);
  }

  /** Returns the path of the JVM's fatal error log, if it wrote one. */
  public Optional<String> hsErr() {
    return Optional.ofNullable(hsErrFile);
  }
}
