package io.cofferdam.internal.worker.guard;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Executes SQL that the guard neither sees nor judges: stands for what its judgement misses. So it
 * is no text of which it is certain that it cannot end the transaction.
 */
public final class BehindTheGuard {

  private BehindTheGuard() {}

  /** Executes statements on the connection that a task's connection guards. */
  public static void run(Connection guarded, String... statements) throws SQLException {
    GuardedObject handler = (GuardedObject) Proxy.getInvocationHandler(guarded);
    handler.task().begin();
    try (Statement statement = ((Connection) handler.raw()).createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
