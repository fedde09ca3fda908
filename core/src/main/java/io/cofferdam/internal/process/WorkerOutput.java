package io.cofferdam.internal.process;

import io.cofferdam.internal.log.Log;
import io.cofferdam.internal.text.Secrets;
import io.cofferdam.internal.text.WorkerText;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Drains what a worker prints, in a thread of its own: keeps the last 8 KiB for a crash report, and
 * forwards lines to the application's log under the worker's name, escaped and at most 100 a
 * second. A worker that prints more than 256 KiB a second has to wait, in its own write.
 *
 * <p>{@link #tail} and {@link #close} are called once the worker is dead. A child of it may still
 * hold the other end of the pipe, so the end of what was printed may never come.
 */
public final class WorkerOutput implements Runnable, Closeable {

  private static final Log log = Log.named("io.cofferdam.worker");
  private static final int KEPT = 8 << 10;
  private static final int LONGEST_LINE = 1_000;
  private static final int TAIL_PATIENCE_MILLIS = 200;
  private static final int LINES_A_SECOND = 100;
  static final int BYTES_A_SECOND = 256 << 10;
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The largest pipe that a user may have. */
  private static final int MOST_AFTER_DEATH = 1 << 20;

  private final String worker;
  private final ReadableByteChannel in;
  private final Thread thread;
  private volatile boolean dead;

  private volatile Secrets secrets = Secrets.NONE;

  private final byte[] last = new byte[KEPT];
  private long total;

  private final StringBuilder line = new StringBuilder();
  private long second = System.nanoTime();
  private int linesThisSecond;
  private int bytesThisSecond;
  private int afterDeath;
  private long dropped;

  private WorkerOutput(String worker, InputStream in) {
    this.worker = worker;
    this.in = Channels.newChannel(in);
    thread = new Thread(null, this, worker + "-output", 128 << 10);
    thread.setDaemon(true);
  }

  /** Creates one that {@link #run} drains. */
  static WorkerOutput of(String worker, InputStream in) {
    return new WorkerOutput(worker, in);
  }

  /** Drains what a process prints. */
  static WorkerOutput drain(String worker, Process process) {
    return drain(worker, outputOf(process));
  }

  static WorkerOutput drain(String worker, InputStream in) {
    WorkerOutput output = of(worker, in);
    output.thread.start();
    return output;
  }

  /**
   * Opens the pipe once more: a thread that reads it as a channel can be let go by closing that,
   * but one inside the JDK's own stream stays there, and holds up the JDK's reaper, for as long as
   * anybody holds the other end. Where there is no {@code /proc}, that is so.
   */
  private static InputStream outputOf(Process process) {
    InputStream stream = process.getInputStream();
    try {
      Path end = Path.of("/proc", Long.toString(process.pid()), "fd", "1");
      Path pipe = Files.readSymbolicLink(end);
      try (DirectoryStream<Path> descriptors =
          Files.newDirectoryStream(Path.of("/proc/self/fd"), own -> pipe.equals(target(own)))) {
        for (Path own : descriptors) {
          InputStream reopened = new FileInputStream(own.toFile());
          stream.close();
          return reopened;
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      log.debug("the output of process {} is read as the JDK gives it", process.pid(), e);
    }
    return stream;
  }

  /** Returns null for a descriptor that was closed meanwhile. */
  private static @Nullable Path target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor);
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  public void run() {
    ByteBuffer buffer = ByteBuffer.allocate(KEPT);
    try (in) {
      while (in.read(buffer.clear()) >= 0) {
        int count = buffer.position();
        keep(buffer.array(), count);
        forward(buffer.array(), count);
        afterDeath += dead ? count : 0;
        if (afterDeath > MOST_AFTER_DEATH) {
          break;
        }
        throttle(count);
      }
    } catch (IOException e) {
      log.debug("the output of {} broke off", worker, e);
    }
    endLine();
    reportDropped();
  }

  /** Waits once more than so many bytes were read in this second. */
  private void throttle(int count) {
    long now = System.nanoTime();
    if (now - second >= SECOND_NANOS) {
      nextSecond(now);
    }
    bytesThisSecond += count;
    while (bytesThisSecond >= BYTES_A_SECOND && !dead) {
      long left = second + SECOND_NANOS - System.nanoTime();
      if (left <= 0) {
        nextSecond(System.nanoTime());
      } else {
        LockSupport.parkNanos(this, left);
      }
    }
  }

  private void nextSecond(long now) {
    second = now;
    linesThisSecond = 0;
    bytesThisSecond = 0;
    reportDropped();
  }

  /** Returns the last output, after waiting a little for what a dead process has left. */
  public String tail() {
    awaitEnd();
    return soFar();
  }

  /** Lets go of the pipe, after waiting a little for what a dead process has left in it. */
  @Override
  public void close() throws IOException {
    awaitEnd();
    in.close();
  }

  private void awaitEnd() {
    dead = true;
    LockSupport.unpark(thread);
    try {
      thread.join(TAIL_PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the last output as it is now. */
  synchronized String soFar() {
    if (total <= KEPT) {
      return printable(last, (int) total, false);
    }
    byte[] ordered = new byte[KEPT];
    int start = (int) (total % KEPT);
    System.arraycopy(last, start, ordered, 0, KEPT - start);
    System.arraycopy(last, 0, ordered, KEPT - start, start);
    return printable(ordered, KEPT, true);
  }

  /** Shows none of these from now on. */
  void hide(Secrets hidden) {
    secrets = hidden;
  }

  private synchronized void keep(byte[] bytes, int count) {
    int done = 0;
    while (done < count) {
      int at = (int) (total % KEPT);
      int chunk = Math.min(count - done, KEPT - at);
      System.arraycopy(bytes, done, last, at, chunk);
      done += chunk;
      total += chunk;
    }
  }

  private void forward(byte[] bytes, int count) {
    for (int i = 0; i < count; i++) {
      char c = (char) (bytes[i] & 0xff);
      if (c == '\n') {
        endLine();
      } else if (line.length() < LONGEST_LINE) {
        line.append(c);
      }
    }
  }

  private void endLine() {
    if (line.length() == 0) {
      return;
    }
    long now = System.nanoTime();
    if (now - second >= SECOND_NANOS) {
      nextSecond(now);
    }
    if (linesThisSecond++ < LINES_A_SECOND) {
      log.info("[{}] {}", worker, printable(line));
    } else {
      dropped++;
    }
    line.setLength(0);
  }

  private void reportDropped() {
    if (dropped > 0) {
      log.info("[{}] ({} lines were left out)", worker, dropped);
      dropped = 0;
    }
  }

  private String printable(CharSequence latin) {
    byte[] utf8 = latin.toString().getBytes(StandardCharsets.ISO_8859_1);
    String text = new String(utf8, StandardCharsets.UTF_8);
    return WorkerText.line(secrets.hide(text, false, utf8.length == LONGEST_LINE));
  }

  private String printable(byte[] lines, int length, boolean cutBefore) {
    String text = new String(lines, 0, length, StandardCharsets.UTF_8);
    return WorkerText.lines(secrets.hide(text, cutBefore, false));
  }
}
