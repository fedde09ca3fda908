package io.cofferdam.internal.worker;

import io.cofferdam.internal.wire.Control;
import io.cofferdam.internal.worker.failpoint.Failpoint;
import io.cofferdam.internal.worker.failpoint.Failpoints;
import java.io.BufferedReader;
import java.io.IOException;

/**
 * Reads the control words, in a thread of its own. The control stream ends with the application,
 * however that ended: so does the worker, at once.
 */
final class ControlReader implements Runnable {

  private final BufferedReader in;
  private final Cancels cancels;
  private final Session session;

  ControlReader(BufferedReader in, Cancels cancels, Session session) {
    this.in = in;
    this.cancels = cancels;
    this.session = session;
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
    Thread goodbye = new Thread(session::close, "cofferdam-goodbye");
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
