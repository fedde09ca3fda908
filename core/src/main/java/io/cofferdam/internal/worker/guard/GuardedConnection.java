package io.cofferdam.internal.worker.guard;

import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.sql.SqlClassifier;
import java.sql.Connection;

/**
 * The connection that one task sees: it dies with the task, as does every JDBC object reached from
 * it, and it leaves the end of the transaction to the executor.
 */
public final class GuardedConnection {

  private GuardedConnection() {}

  /** Guards a connection for one task. */
  public static GuardedObjects guard(
      Connection raw,
      TaskGate gate,
      Dialect dialect,
      SqlClassifier classifier,
      SessionEffects effects,
      GuardedTransaction transaction) {
    TaskGuard task = new TaskGuard(raw, gate, dialect, classifier, effects, transaction);
    return new GuardedObjects(task, raw, GuardRules::of);
  }
}
