package io.cofferdam.internal.supervise;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A process that exists in a test alone; it ends when it is told to or killed. */
final class FakeProcess extends Process {

  static final long PID = 4711;

  final ByteArrayOutputStream input = new ByteArrayOutputStream();
  private final InputStream output;
  private final CompletableFuture<Process> end = new CompletableFuture<>();
  private volatile @Nullable Integer exitValue;

  FakeProcess(String printed) {
    output = new ByteArrayInputStream(printed.getBytes(StandardCharsets.UTF_8));
  }

  void exit(int value) {
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
  public Process destroyForcibly() {
    exit(128 + 9);
    return this;
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
    return end;
  }
}
