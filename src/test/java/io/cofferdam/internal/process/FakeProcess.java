package io.cofferdam.internal.process;

import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A process that exists in a test alone; it ends when it is told to or killed. */
public final class FakeProcess extends Process {

  static final long PID = 4711;

  public final ByteArrayOutputStream input = new ByteArrayOutputStream();
  private final InputStream output;
  private final CompletableFuture<Process> end = new CompletableFuture<>();
  private volatile @Nullable Integer exitValue;
  private volatile boolean outlivesKill;
  private volatile boolean killed;
  private volatile @Nullable Runnable lastDeed;
  private @Nullable Error unwatchable;

  public FakeProcess(String printed) {
    output = new ByteArrayInputStream(printed.getBytes(StandardCharsets.UTF_8));
  }

  /** Makes it go on after SIGKILL was sent, for good. */
  public void outliveKill() {
    outlivesKill = true;
  }

  /** Makes it go on after SIGKILL was sent: it does this and ends while somebody waits for that. */
  public void outliveKill(Runnable lastDeed) {
    outliveKill();
    this.lastDeed = lastDeed;
  }

  /** Makes it fail when somebody wants to be told of its end. */
  void refuseToBeWatched(Error failure) {
    unwatchable = failure;
  }

  public void exit(int value) {
    exitValue = value;
    end.complete(this);
  }

  @Override
  public OutputStream getOutputStream() {
    return input;
  }

  @Override
  public InputStream getInputStream() {
    return output;
  }

  @Override
  public InputStream getErrorStream() {
    return InputStream.nullInputStream();
  }

  @Override
  public int waitFor() {
    return exitValue();
  }

  @Override
  public boolean waitFor(long timeout, TimeUnit unit) {
    Runnable deed = lastDeed;
    if (killed && deed != null && timeout > 0) {
      lastDeed = null;
      deed.run();
      if (isAlive()) {
        exit(128 + 9);
      }
    }
    return exitValue != null;
  }

  @Override
  public int exitValue() {
    Integer value = exitValue;
    if (value == null) {
      throw new IllegalThreadStateException("it runs");
    }
    return value;
  }

  @Override
  public void destroy() {
    exit(128 + 15);
  }

  @Override
  public ProcessHandle toHandle() {
    ProcessHandle handle = mock(ProcessHandle.class);
    when(handle.destroyForcibly()).then(invocation -> kill());
    return handle;
  }

  private boolean kill() {
    killed = true;
    if (!outlivesKill) {
      exit(128 + 9);
    }
    return true;
  }

  @Override
  public boolean isAlive() {
    return exitValue == null;
  }

  @Override
  public long pid() {
    return PID;
  }

  @Override
  public CompletableFuture<Process> onExit() {
    if (unwatchable != null) {
      throw unwatchable;
    }
    return end;
  }
}
