package io.cofferdam.internal.worker.control;

import io.cofferdam.internal.wire.Control;
import io.cofferdam.internal.worker.failpoint.Failpoint;
import io.cofferdam.internal.worker.failpoint.Failpoints;
import java.io.BufferedReader;
import java.io.IOException;

/**
 * Reads the control words, in a thread of its own. The control stream ends with the application,
 * however that ended: so does the worker, at once.
 */
public final class ControlReader implements Runnable {

  private final BufferedReader in;
  private final Cancels cancels;
  private final Runnable closing;

  public ControlReader(BufferedReader in, Cancels cancels, Runnable closing) {
    this.in = in;
    this.cancels = cancels;
    this.closing = closing;
  }

  @Override
  public void run() {
    try {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        Control word = Control.parse(line);
        if (word instanceof Control.Cancel cancel) {
          cancels.cancel(cancel.sequence());
        } else {
          stop();
        }
      }
    } catch (IOException e) {
      System.err.println("the control stream broke: " + e);
    } finally {
      Runtime.getRuntime().halt(ExitCode.ORPHANED);
    }
  }

  private void stop() {
    Failpoints.pass(Failpoint.SHUTTING_DOWN);
    // The task's thread may be inside the connection, and the driver lets no other thread in
    // meanwhile.
    // So another thread closes it, and this one ends the process soon, whatever becomes of that.
    Thread goodbye = new Thread(closing, "cofferdam-goodbye");
    goodbye.setDaemon(true);
    goodbye.start();
    try {
      goodbye.join(300);
    } catch (InterruptedException e) {
      System.err.println("interrupted while closing the session");
    }
    Runtime.getRuntime().halt(ExitCode.STOPPED);
  }
}
