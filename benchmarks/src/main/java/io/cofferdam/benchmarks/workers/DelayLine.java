package io.cofferdam.benchmarks.workers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * One direction of a connection. A thread reads chunks, and says when each is due; another one
 * writes them in order, and none before it is due. So chunks that follow each other closely are
 * late by the same time, rather than each by the sum of those before it. The end of the input takes
 * its time too.
 */
final class DelayLine {

  private static final int CHUNK_BYTES = 64 << 10;
  private static final int MOST_CHUNKS = 256;
  private static final int STACK_BYTES = 128 << 10;

  private final Socket from;
  private final Socket to;
  private final LongSupplier delayNanos;
  private final BlockingQueue<Step> steps = new ArrayBlockingQueue<>(MOST_CHUNKS);

  /**
   * @param delayNanos how long a chunk that is read now takes
   */
  DelayLine(Socket from, Socket to, LongSupplier delayNanos) {
    this.from = from;
    this.to = to;
    this.delayNanos = delayNanos;
  }

  /** What is done to the socket at the other end. */
  @FunctionalInterface
  private interface Action {
    void perform() throws IOException;
  }

  /**
   * Something to do at its time.
   *
   * @param dueNanos not before this, on the clock of {@link System#nanoTime}
   * @param last whether nothing follows
   */
  private record Step(long dueNanos, boolean last, Action action) {}

  /**
   * Starts both threads.
   *
   * @param ended called once, when nothing more will be written
   */
  void start(Runnable ended) {
    thread("read-" + from.getRemoteSocketAddress(), this::read);
    thread(
        "write-" + to.getRemoteSocketAddress(),
        () -> {
          write();
          ended.run();
        });
  }

  private static void thread(String name, Body body) {
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                body.run();
              } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts these threads", e);
              }
            },
            name,
            STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
  }

  @FunctionalInterface
  private interface Body {
    void run() throws InterruptedException;
  }

  private void read() throws InterruptedException {
    Action end = to::shutdownOutput;
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[CHUNK_BYTES];
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        byte[] chunk = Arrays.copyOf(buffer, length);
        put(false, () -> out.write(chunk));
      }
    } catch (IOException e) {
      end = this::abort;
    }
    put(true, end);
  }

  private void put(boolean last, Action action) throws InterruptedException {
    steps.put(new Step(System.nanoTime() + delayNanos.getAsLong(), last, action));
  }

  /** Takes everything up to the end, even if nothing can be written, so that the reader can end. */
  private void write() throws InterruptedException {
    boolean broken = false;
    boolean last = false;
    while (!last) {
      Step step = steps.take();
      last = step.last();
      if (!broken) {
        awaitNanos(step.dueNanos());
        broken = !perform(step.action());
      }
    }
  }

  /** Returns false if the other end is gone; this end hears of it when that news has travelled. */
  private boolean perform(Action action) {
    try {
      action.perform();
      return true;
    } catch (IOException e) {
      awaitNanos(System.nanoTime() + delayNanos.getAsLong());
      abort();
      return false;
    }
  }

  private void abort() {
    abort(from);
    abort(to);
  }

  /** Closes a socket, unless it is closed, so that the other end is told of an error. */
  static void abort(Socket socket) {
    try (socket) {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      if (!socket.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static void awaitNanos(long dueNanos) {
    for (long left = dueNanos - System.nanoTime(); left > 0; left = dueNanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
