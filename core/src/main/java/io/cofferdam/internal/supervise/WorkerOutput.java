package io.cofferdam.internal.supervise;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drains what a worker prints, in a thread of its own: keeps the last 8 KiB for a crash report, and
 * forwards lines to the application's log under the worker's name, escaped and at most 100 a
 * second.
 */
final class WorkerOutput implements Runnable {

  private static final Logger log = LoggerFactory.getLogger("io.cofferdam.worker");
  private static final int KEPT = 8 << 10;
  private static final int LONGEST_LINE = 1_000;
  private static final int TAIL_PATIENCE_MILLIS = 200;
  private static final int LINES_A_SECOND = 100;

  private final String worker;
  private final InputStream in;
  private final Thread thread;

  private final byte[] last = new byte[KEPT];
  private long total;

  private final StringBuilder line = new StringBuilder();
  private long second = System.nanoTime();
  private int linesThisSecond;
  private long dropped;

  private WorkerOutput(String worker, InputStream in) {
    this.worker = worker;
    this.in = in;
    thread = new Thread(null, this, worker + "-output", 128 << 10);
    thread.setDaemon(true);
  }

  /** Creates one that {@link #run} drains. */
  static WorkerOutput of(String worker, InputStream in) {
    return new WorkerOutput(worker, in);
  }

  static WorkerOutput drain(String worker, InputStream in) {
    WorkerOutput output = of(worker, in);
    output.thread.start();
    return output;
  }

  @Override
  public void run() {
    byte[] buffer = new byte[KEPT];
    try {
      int count;
      while ((count = in.read(buffer)) >= 0) {
        keep(buffer, count);
        forward(buffer, count);
      }
    } catch (IOException e) {
      log.debug("the output of {} broke off", worker, e);
    }
    endLine();
    reportDropped();
  }

  /** Returns the last output, after waiting a little for what a dead process has left. */
  String tail() {
    try {
      thread.join(TAIL_PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return soFar();
  }

  /** Returns the last output as it is now. */
  synchronized String soFar() {
    if (total <= KEPT) {
      return new String(last, 0, (int) total, StandardCharsets.UTF_8);
    }
    byte[] ordered = new byte[KEPT];
    int start = (int) (total % KEPT);
    System.arraycopy(last, start, ordered, 0, KEPT - start);
    System.arraycopy(last, 0, ordered, KEPT - start, start);
    return new String(ordered, StandardCharsets.UTF_8);
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
    if (now - second >= TimeUnit.SECONDS.toNanos(1)) {
      second = now;
      linesThisSecond = 0;
      reportDropped();
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

  /** Decodes the bytes of a line, and escapes what could forge another line or drive a terminal. */
  private static String printable(CharSequence latin) {
    String text =
        new String(latin.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\t' && Character.isISOControl(c)) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
