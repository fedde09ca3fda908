package io.cofferdam.internal.worker.run;

import io.cofferdam.TransactionAction;
import io.cofferdam.TransactionTask;
import io.cofferdam.internal.codec.NotEncodableException;
import io.cofferdam.internal.codec.ResultCodec;
import io.cofferdam.internal.worker.guard.GuardedConnection;
import io.cofferdam.internal.worker.session.Session;
import io.cofferdam.internal.worker.thread.Surroundings;
import java.sql.SQLException;

/** The call of a task's own code, with a connection that it may do with as it likes. */
final class TaskCall {

  private final RunningTask running;
  private final Surroundings before;
  private final GuardedConnection guard;

  /**
   * @param before what thread and JVM are brought back to after the call
   */
  TaskCall(Session session, RunningTask running, Surroundings before) {
    this.running = running;
    this.before = before;
    guard =
        GuardedConnection.guard(
            session.connection(),
            running.gate(),
            session.dialect(),
            session.classifier(),
            running.effects(),
            running.transaction());
  }

  /**
   * Runs a task, and encodes what it returns.
   *
   * @throws NotEncodableException if the result may not be sent
   * @throws Exception what the task throws
   */
  byte[] resultOf(Object task, ResultCodec codec) throws Exception {
    try {
      if (task instanceof TransactionAction<?> action) {
        action.run(guard.connection());
        return codec.encode(null);
      }
      return codec.encode(((TransactionTask<?, ?>) task).run(guard.connection()));
    } finally {
      Thread.interrupted();
      before.restore();
    }
  }

  /** Closes what the task has left open, once no thread is inside a call any more. */
  void closeStatements() {
    try {
      guard.closeStatements();
    } catch (SQLException e) {
      System.err.println("a statement could not be closed, so the session is replaced: " + e);
      running.effects().replaceConnection();
    }
  }
}
