package io.cofferdam;

import static java.util.Objects.requireNonNull;

import com.google.common.base.MoreObjects;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.Serializable;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What is known about the death of a worker process. Immutable.
 *
 * <p>The executor makes reports. A test of code that reads them makes its own with {@link
 * #builder}.
 */
public final class CrashReport implements Serializable {

  private static final long serialVersionUID = 1L;

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

  private final String worker;
  private final long pid;
  private final @Nullable Integer exitCode;
  private final @Nullable String signal;
  private final Phase phase;
  private final String client;
  private final String lastOutput;
  private final @Nullable String hsErr;

  private CrashReport(Builder from) {
    worker = from.worker;
    pid = from.pid;
    exitCode = from.exitCode;
    signal = from.signal;
    phase = from.phase;
    client = from.client;
    lastOutput = from.lastOutput;
    hsErr = from.hsErr;
  }

  /**
   * Returns a builder of reports.
   *
   * @param worker the worker's name, with its generation
   * @param phase what the transaction was doing
   */
  public static Builder builder(String worker, Phase phase) {
    return new Builder(worker, phase);
  }

  /** {@return the worker's name, with its generation, such as {@code bank-worker-3.7}} */
  public String worker() {
    return worker;
  }

  /** {@return the id of its process, or -1 if it is not known} */
  public long pid() {
    return pid;
  }

  /** {@return the exit code of the process, or empty if a signal ended it} */
  public OptionalInt exitCode() {
    return exitCode == null ? OptionalInt.empty() : OptionalInt.of(exitCode);
  }

  /**
   * Returns the signal that ended the process, such as {@code SIGKILL}, or empty if it exited. A
   * process that exits with 128 + n cannot be told from one that signal n ended.
   */
  public Optional<String> signal() {
    return Optional.ofNullable(signal);
  }

  /** {@return what the transaction was doing, as the flight recorder has it} */
  public Phase phase() {
    return phase;
  }

  /** {@return the name of the client handle whose task the worker ran} */
  public String client() {
    return client;
  }

  /** {@return the last 8 KiB that the worker wrote to stdout and stderr} */
  public String lastOutput() {
    return lastOutput;
  }

  /** {@return the path of the JVM's fatal error log, or empty if it wrote none} */
  public Optional<String> hsErr() {
    return Optional.ofNullable(hsErr);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CrashReport that
        && worker.equals(that.worker)
        && pid == that.pid
        && Objects.equals(exitCode, that.exitCode)
        && Objects.equals(signal, that.signal)
        && phase == that.phase
        && client.equals(that.client)
        && lastOutput.equals(that.lastOutput)
        && Objects.equals(hsErr, that.hsErr);
  }

  @Override
  public int hashCode() {
    return Objects.hash(worker, pid, exitCode, signal, phase, client, lastOutput, hsErr);
  }

  @Override
  public String toString() {
    return MoreObjects.toStringHelper(this)
        .omitNullValues()
        .add("worker", worker)
        .add("pid", pid)
        .add("exitCode", exitCode)
        .add("signal", signal)
        .add("phase", phase)
        .add("client", client)
        .add("hsErr", hsErr)
        .add("lastOutput", lastOutput)
        .toString();
  }

  /** Builds a {@link CrashReport}. What is not set is not known. Not thread-safe. */
  public static final class Builder {

    private final String worker;
    private final Phase phase;
    private long pid = -1;
    private @Nullable Integer exitCode;
    private @Nullable String signal;
    private String client = "";
    private String lastOutput = "";
    private @Nullable String hsErr;

    private Builder(String worker, Phase phase) {
      this.worker = requireNonNull(worker, "worker is null");
      this.phase = requireNonNull(phase, "phase is null");
    }

    /** Sets the id of the process. */
    @CanIgnoreReturnValue
    public Builder pid(long pid) {
      this.pid = pid;
      return this;
    }

    /** Sets the exit code of the process, or null if a signal ended it. */
    @CanIgnoreReturnValue
    public Builder exitCode(@Nullable Integer exitCode) {
      this.exitCode = exitCode;
      return this;
    }

    /** Sets the signal that ended the process, or null if it exited. */
    @CanIgnoreReturnValue
    public Builder signal(@Nullable String signal) {
      this.signal = signal;
      return this;
    }

    /** Sets the name of the client handle. */
    @CanIgnoreReturnValue
    public Builder client(String client) {
      this.client = requireNonNull(client, "client is null");
      return this;
    }

    /** Sets what the worker wrote last. */
    @CanIgnoreReturnValue
    public Builder lastOutput(String lastOutput) {
      this.lastOutput = requireNonNull(lastOutput, "lastOutput is null");
      return this;
    }

    /** Sets the path of the JVM's fatal error log, or null if it wrote none. */
    @CanIgnoreReturnValue
    public Builder hsErr(@Nullable String hsErr) {
      this.hsErr = hsErr;
      return this;
    }

    /** {@return the report} */
    public CrashReport build() {
      return new CrashReport(this);
    }
  }
}
