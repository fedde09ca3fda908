package io.cofferdam.internal.process;

import static java.util.Objects.requireNonNull;

import io.cofferdam.internal.log.Log;
import io.cofferdam.internal.recorder.RecorderFile;
import io.cofferdam.internal.wire.Control;
import io.cofferdam.internal.wire.Frame;
import io.cofferdam.internal.wire.FrameChannel;
import io.cofferdam.internal.wire.ProtocolException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One generation of a worker: its process, and what connects the supervisor with it. Used by its
 * link thread alone.
 */
public final class WorkerProcess {

  private static final Log log = Log.of(WorkerProcess.class);

  private static final long OWN_END_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long REAP_NANOS = TimeUnit.MILLISECONDS.toNanos(700);
  private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String name;
  private final long generation;
  private final Process process;
  private final WorkerOutput output;
  private final RecorderFile recorder;
  private final Path fatalErrorLog;
  private final LinkSelector selector;
  private @Nullable FrameChannel channel;
  private @Nullable SocketChannel control;
  private long lastSequence;
  private boolean waitedToSend;
  private boolean killed;

  public WorkerProcess(
      String name,
      long generation,
      Process process,
      RecorderFile recorder,
      Path fatalErrorLog,
      LinkSelector selector) {
    this.name = name;
    this.generation = generation;
    this.process = process;
    this.recorder = recorder;
    this.fatalErrorLog = fatalErrorLog;
    this.selector = selector;
    output = WorkerOutput.drain(name, process);
    // The process may have ended before this: the wake then ends the next wait of the link, which
    // looks whether the process lives.
    var unused = process.onExit().thenRun(selector::wake);
  }

  public String name() {
    return name;
  }

  public long generation() {
    return generation;
  }

  public long pid() {
    return process.pid();
  }

  public WorkerOutput output() {
    return output;
  }

  public RecorderFile recorder() {
    return recorder;
  }

  /** Returns how the worker's database session is found; empty if that is not known. */
  public String session() {
    return new String(recorder.session(), StandardCharsets.UTF_8);
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Returns whether the kernel lets the process run, however little of a processor it gets; false
   * if it is stopped, or the kernel does not tell.
   */
  public boolean isRunning() {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid()), "stat"));
      char state = stat.charAt(stat.lastIndexOf(')') + 2);
      return process.isAlive() && (state == 'R' || state == 'S' || state == 'D');
    } catch (IOException | IndexOutOfBoundsException e) {
      log.debug("the state of {} cannot be read", name, e);
      return false;
    }
  }

  public void connected(FrameChannel channel, SocketChannel control) throws IOException {
    this.channel = channel;
    this.control = control;
    selector.watch(channel.socket(), SelectionKey.OP_READ);
  }

  public long nextSequence() {
    return ++lastSequence;
  }

  public long bytesRead() {
    return channel().bytesRead();
  }

  /** Returns how many bytes had come until the end of the frame that was received last. */
  public long bytesReceived() {
    return channel().bytesReceived();
  }

  /** Sends a frame, waiting no longer than until the given time for the worker to take it. */
  public void send(Frame frame, long untilNanos) throws IOException {
    send(
        frame,
        () -> {
          if (!process.isAlive() || System.nanoTime() - untilNanos >= 0) {
            throw WorkerGoneException.mustEnd("it did not read what was written to it");
          }
          selector.await(untilNanos);
        });
  }

  /**
   * Sends a frame.
   *
   * @param blocked waits in the selector for the worker to take more of it, or gives up
   */
  void send(Frame frame, FrameChannel.WriteBlocked blocked) throws IOException {
    waitedToSend = false;
    channel()
        .write(
            frame,
            () -> {
              waitedToSend = true;
              selector.watchWrites(true);
              try {
                blocked.awaitWritable();
              } finally {
                selector.watchWrites(false);
              }
            });
    // A wake for another reason may have ended the wait for room in the channel. The link looks for
    // reasons after its next wait, so that one is ended, too.
    if (waitedToSend) {
      selector.wake();
    }
  }

  /**
   * Returns the next frame that has come, or null if there is none yet.
   *
   * @throws WorkerGoneException if the channel has ended
   * @throws ProtocolException if what has come is no frame of this worker
   */
  public @Nullable Frame receive() throws IOException {
    try {
      Frame frame = channel().receive();
      if (frame != null && frame.generation() != generation) {
        throw new ProtocolException(frame + " comes from generation " + frame.generation());
      }
      return frame;
    } catch (EOFException e) {
      throw WorkerGoneException.foundDead("the channel ended");
    }
  }

  /**
   * Says a control word, without ever waiting for the worker to hear it: a task can stop its
   * process, or have it read nothing any more.
   */
  public void say(Control word) throws IOException {
    SocketChannel socket = control;
    if (socket == null) {
      throw new IllegalStateException(name + " is not connected");
    }
    ByteBuffer line = ByteBuffer.wrap(word.line());
    socket.write(line);
    if (line.hasRemaining()) {
      throw WorkerGoneException.mustEnd("it does not read its control stream");
    }
  }

  /**
   * Says the token on the standard input, and closes that. The pipe is new and the token is shorter
   * than any pipe, so this does not block.
   */
  void sayToken(String token) throws IOException {
    try (OutputStream input = process.getOutputStream()) {
      input.write((token + "\n").getBytes(StandardCharsets.US_ASCII));
    }
  }

  /**
   * Ends the process, stopped or not. Through its handle: {@link Process#destroyForcibly} would
   * also close the stream that holds its last words.
   */
  public void kill() {
    if (process.isAlive()) {
      killed = true;
      process.toHandle().destroyForcibly();
    }
  }

  /** Returns whether this side ended the process, which was not just ending by itself. */
  public boolean wasKilled() {
    return killed && (process.isAlive() || ExitStatus.of(process.exitValue()).isKill());
  }

  /**
   * Waits until the process has been reaped.
   *
   * @return how it ended, or null if it still runs when the patience ends
   */
  public @Nullable ExitStatus awaitExit(long untilNanos) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          long left = Math.max(0, untilNanos - System.nanoTime());
          return process.waitFor(left, TimeUnit.NANOSECONDS)
              ? ExitStatus.of(process.exitValue())
              : null;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Ends the process and waits until it is reaped; null if the kernel does not let it go. */
  public @Nullable ExitStatus endAndReap() {
    kill();
    return awaitExit(System.nanoTime() + REAP_NANOS);
  }

  /** Gives a process that seems to be ending a moment to leave its own exit code. */
  public void awaitOwnEnd() {
    awaitExit(System.nanoTime() + OWN_END_NANOS);
  }

  /** Ends the process after trouble with it, like {@link #endAndReap}. */
  public @Nullable ExitStatus endAfter(Throwable trouble) {
    if (WorkerGoneException.isFoundDead(trouble)) {
      awaitOwnEnd();
    }
    return endAndReap();
  }

  /** Adds to a text how the process has ended, if it has, and not because this side ended it. */
  public String withExit(String trouble) {
    ExitStatus exit = awaitExit(System.nanoTime());
    return exit == null || wasKilled() ? trouble : trouble + "; it " + exit;
  }

  /** Lets the process stop by itself, for a moment. It must be idle. */
  public void askToStop() {
    try {
      say(new Control.Stop());
      awaitExit(System.nanoTime() + STOP_NANOS);
    } catch (IOException e) {
      log.debug("{} did not hear that it should stop", name, e);
    }
  }

  /** Returns the JVM's fatal error log of this process, if there is one. */
  public @Nullable String fatalErrorLog() {
    return Files.isRegularFile(fatalErrorLog) ? fatalErrorLog.toString() : null;
  }

  /** Gives back what the generation held in this process. The worker must be dead. */
  public void release() {
    release(selector::unwatch);
    release(recorder::unlink);
    release(recorder);
    release(channel);
    release(control);
    release(process.getOutputStream());
    release(output);
  }

  private void release(@Nullable Closeable held) {
    try {
      if (held != null) {
        held.close();
      }
    } catch (IOException e) {
      log.debug("closing what connected to {} failed", name, e);
    }
  }

  private FrameChannel channel() {
    return requireNonNull(channel, "the worker is not connected");
  }
}
