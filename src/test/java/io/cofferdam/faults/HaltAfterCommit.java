package io.cofferdam.faults;

import io.cofferdam.internal.worker.failpoint.Failpoint;
import io.cofferdam.internal.worker.failpoint.Failpoints;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A worker that a task has armed ends once its commit has been answered, before it records that.
 */
public final class HaltAfterCommit implements Failpoints.Hook {

  /** The argument by which a worker has this. */
  public static final String JVM_ARGUMENT =
      "-D" + Failpoints.PROPERTY + "=" + HaltAfterCommit.class.getName();

  private static volatile boolean armed;

  /** Arms this worker if the file is there, and removes the file. */
  public static void armOnce(String file) throws java.io.IOException {
    armed = Files.deleteIfExists(Path.of(file));
  }

  @Override
  public void pass(Failpoint point) {
    if (armed && point == Failpoint.COMMIT_ANSWERED) {
      Runtime.getRuntime().halt(99);
    }
  }

  @Override
  public ByteChannel around(SocketChannel socket) {
    return socket;
  }
}
