package io.cofferdam.faults;

import io.cofferdam.internal.worker.failpoint.Failpoint;
import io.cofferdam.internal.worker.failpoint.Failpoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Counts the rounds of a worker's warm-up, and holds the first worker that comes to one of them
 * until the test lets it go.
 */
public final class HeldWarmUp implements Failpoints.Hook {

  private static final String DIRECTORY = "cofferdam.warm-up.directory";
  private static final String ROUND = "cofferdam.warm-up.round";

  private final Path directory = Path.of(System.getProperty(DIRECTORY));
  private final int heldRound = Integer.getInteger(ROUND);
  private int rounds;

  /**
   * Returns the arguments by which a worker has this.
   *
   * @param round the round before which it is held, from 1; 0 for none
   */
  public static String[] jvmArguments(Path directory, int round) {
    return new String[] {
      "-D" + Failpoints.PROPERTY + "=" + HeldWarmUp.class.getName(),
      "-D" + DIRECTORY + "=" + directory,
      "-D" + ROUND + "=" + round
    };
  }

  /** Returns whether a worker is held, or was. */
  public static boolean hasHeld(Path directory) {
    return Files.exists(directory.resolve("held"));
  }

  /** Lets the worker go that is held. */
  public static void letGo(Path directory) throws IOException {
    Files.createFile(directory.resolve("go"));
  }

  /** Returns how many rounds a worker has begun. */
  public static long rounds(Path directory, long pid) throws IOException {
    Path file = directory.resolve("rounds-" + pid);
    return Files.exists(file) ? Files.size(file) : 0;
  }

  @Override
  public void pass(Failpoint point) {
    if (point == Failpoint.WARMING_UP) {
      try {
        begin();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void begin() throws IOException {
    Files.write(
        directory.resolve("rounds-" + ProcessHandle.current().pid()),
        new byte[1],
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    if (++rounds == heldRound && isFirst()) {
      while (!Files.exists(directory.resolve("go"))) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
    }
  }

  private boolean isFirst() throws IOException {
    try {
      Files.createFile(directory.resolve("held"));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  @Override
  public ByteChannel around(SocketChannel socket) {
    return socket;
  }
}
