package io.cofferdam.faults;

import io.cofferdam.internal.worker.failpoint.Failpoint;
import io.cofferdam.internal.worker.failpoint.Failpoints;
import io.cofferdam.testing.Sabotage;
import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A worker that a task has armed is killed with SIGKILL once it has recorded that the task will not
 * be committed, before it rolls back.
 */
public final class KilledRollback implements Failpoints.Hook {

  /** The argument by which a worker has this. */
  public static final String JVM_ARGUMENT =
      "-D" + Failpoints.PROPERTY + "=" + KilledRollback.class.getName();

  private static volatile boolean armed;

  /** Arms this worker if the file is there, and removes the file. */
  public static void armOnce(String file) throws IOException {
    armed = Files.deleteIfExists(Path.of(file));
  }

  @Override
  public void pass(Failpoint point) {
    if (!armed || point != Failpoint.ROLLING_BACK) {
      return;
    }
    String self = Long.toString(ProcessHandle.current().pid());
    try {
      new ProcessBuilder("kill", "-KILL", self).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("the worker was not killed", e);
    }
    Sabotage.hang();
  }

  @Override
  public ByteChannel around(SocketChannel socket) {
    return socket;
  }
}
