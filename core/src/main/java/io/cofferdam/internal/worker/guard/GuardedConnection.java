package io.cofferdam.internal.worker.guard;

import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.sql.SqlClassifier;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The connection that one task sees: it dies with the task, as does every JDBC object reached from
 * it, and it leaves the end of the transaction to the executor.
 */
public final class GuardedConnection {

  private final GuardedObjects objects;

  private GuardedConnection(GuardedObjects objects) {
    this.objects = objects;
  }

  /** Guards a connection for one task. */
  public static GuardedConnection guard(
      Connection raw,
      TaskGate gate,
      Dialect dialect,
      SqlClassifier classifier,
      SessionEffects effects,
      GuardedTransaction transaction) {
    TaskGuard task = new TaskGuard(raw, gate, dialect, classifier, effects, transaction);
    return new GuardedConnection(new GuardedObjects(task, raw, GuardRules::of));
  }

  /** {@return what the task gets to see} */
  public Connection connection() {
    return objects.connection();
  }

  /** Closes the statements that the task has left open, once the gate is closed. */
  public void closeStatements() throws SQLException {
    objects.closeStatements();
  }
}
