package io.cofferdam.faults;

import io.cofferdam.internal.worker.failpoint.Failpoint;
import io.cofferdam.internal.worker.failpoint.Failpoints;
import io.cofferdam.testing.Sabotage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Makes the worker that it runs in fail as {@link FaultFiles} say: in the thread that has come to
 * the place, or, where that goes on into a call that waits, in a thread of its own.
 */
public final class FaultInjector implements Failpoints.Hook {

  /** The system property that names the directory of the {@link FaultFiles}. */
  static final String DIRECTORY = "cofferdam.failpoints.directory";

  private static final int SIGSTOP = 19;

  private static final Set<Failpoint> WAITS =
      EnumSet.of(Failpoint.IDLE, Failpoint.INSIDE_A_STATEMENT, Failpoint.COMMIT_SENT);

  /** Places to which a worker comes in its warm-up too. */
  private static final Set<Failpoint> OF_ROUNDS =
      EnumSet.of(Failpoint.INSIDE_A_STATEMENT, Failpoint.BETWEEN_STATEMENTS, Failpoint.CLEANING_UP);

  /** The second statement of a task is the one that leaves something to lose. */
  private static final int STATEMENTS_BEFORE_A_FAULT = 2;

  /** More than a frame's header, and less than any task of the matrix. */
  private static final int PART_OF_A_TASK = 60;

  private final FaultFiles files = new FaultFiles(System.getProperty(DIRECTORY));
  private volatile @Nullable Failpoint place;
  private volatile @Nullable SocketChannel socket;
  private volatile byte @Nullable [] reply;
  private int statements;
  private boolean replying;
  private boolean warming;

  /** Made by a worker, at its start. */
  public FaultInjector() {
    Thread watch = new Thread(this::watch, "fault-injector");
    watch.setDaemon(true);
    watch.start();
  }

  @Override
  public void pass(Failpoint point) {
    warming = point == Failpoint.WARMING_UP || (warming && OF_ROUNDS.contains(point));
    if (warming && point != Failpoint.WARMING_UP) {
      return;
    }
    place = point;
    if (point == Failpoint.STARTED) {
      statements = 0;
      replying = true;
    }
    if (point == Failpoint.BEFORE_COMMIT) {
      files.awaitCommit();
    }
    boolean early =
        point == Failpoint.BETWEEN_STATEMENTS && ++statements < STATEMENTS_BEFORE_A_FAULT;
    if (!early && !WAITS.contains(point)) {
      failAt(point);
    }
  }

  @Override
  public ByteChannel around(SocketChannel around) {
    socket = around;
    return new PartByPart(around);
  }

  private void watch() {
    while (true) {
      Failpoint now = place;
      if (now != null && WAITS.contains(now)) {
        failAt(now);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  private void failAt(Failpoint point) {
    Fault fault = files.armedAt(point);
    boolean possible = fault != Fault.EARLIER_REPLY || reply != null;
    if (fault != null && possible && files.take()) {
      files.hit();
      try {
        happen(fault);
      } catch (IOException | ReflectiveOperationException | InterruptedException e) {
        throw new IllegalStateException(fault + " did not happen at " + point, e);
      }
      files.struck();
    }
  }

  private void happen(Fault fault)
      throws IOException, ReflectiveOperationException, InterruptedException {
    switch (fault) {
      case SIGKILL -> {
        signal("KILL");
        Sabotage.hang();
      }
      case SIGSEGV -> Sabotage.segfault();
      case HALT -> Runtime.getRuntime().halt(9);
      case EXIT -> System.exit(0);
      case HEAP_FULL -> Sabotage.exhaustHeap();
      case STOPPED -> stop();
      case CHANNEL_CLOSED -> socket().close();
      case SESSION_KILLED -> files.awaitGo();
      case EARLIER_REPLY -> {
        byte[] earlier = reply;
        socket().write(ByteBuffer.wrap(earlier == null ? new byte[0] : earlier));
      }
    }
  }

  private SocketChannel socket() {
    SocketChannel current = socket;
    if (current == null) {
      throw new IllegalStateException("there is no channel yet");
    }
    return current;
  }

  /**
   * Returns when the process, which has stopped, goes on. Whoever reads that the signal is not
   * pending any more stops on the way back from the kernel.
   */
  private static void stop() throws IOException, InterruptedException {
    signal("STOP");
    while (isStopPending()) {
      Thread.onSpinWait();
    }
  }

  private static boolean isStopPending() throws IOException {
    String pending =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("ShdPnd:"))
            .findFirst()
            .orElseThrow();
    long signals = Long.parseUnsignedLong(pending.substring("ShdPnd:".length()).trim(), 16);
    return (signals & 1L << (SIGSTOP - 1)) != 0;
  }

  private static void signal(String name) throws IOException, InterruptedException {
    String self = Long.toString(ProcessHandle.current().pid());
    new ProcessBuilder("kill", "-" + name, self).start().waitFor();
  }

  /** Reads what begins a task apart from the rest, and writes in two parts. */
  private final class PartByPart implements ByteChannel {

    private final SocketChannel whole;

    PartByPart(SocketChannel whole) {
      this.whole = whole;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      int limit = target.limit();
      target.limit(Math.min(limit, target.position() + PART_OF_A_TASK));
      int count;
      try {
        count = whole.read(target);
      } finally {
        target.limit(limit);
      }
      if (count == PART_OF_A_TASK) {
        pass(Failpoint.HALF_A_TASK);
      }
      return count;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      int count = source.remaining();
      byte[] bytes = new byte[count];
      source.duplicate().get(bytes);
      int limit = source.limit();
      writeAll(source.limit(source.position() + count / 2));
      pass(Failpoint.HALF_A_REPLY);
      writeAll(source.limit(limit));
      if (replying) {
        reply = bytes;
        replying = false;
      }
      return count;
    }

    private void writeAll(ByteBuffer part) throws IOException {
      while (part.hasRemaining()) {
        whole.write(part);
      }
    }

    @Override
    public boolean isOpen() {
      return whole.isOpen();
    }

    @Override
    public void close() throws IOException {
      whole.close();
    }
  }
}
