package io.cofferdam.benchmarks.blast;

import io.cofferdam.TransactionTask;
import io.cofferdam.benchmarks.run.Transaction;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A transaction in the process of its client, which notes how far it came: one that fails before
 * its commit is rolled back, and one that fails in it may be committed or not.
 */
final class Watched implements Transaction {

  private final Transaction transaction;
  private volatile boolean commits;
  private volatile @Nullable Connection toClose;

  Watched(Transaction transaction) {
    this.transaction = transaction;
  }

  /** Returns what a client knows of it when it has failed. */
  Event.Kind failure() {
    return commits ? Event.Kind.UNKNOWN : Event.Kind.ROLLED_BACK;
  }

  /**
   * Closes the connection if its state is unknown after a failure: it failed in a commit or in a
   * rollback.
   *
   * @param cause the failure, which gets what fails here as suppressed
   * @return whether that was so
   */
  boolean closesConnection(Throwable cause) {
    Connection connection = toClose;
    if (connection == null) {
      return false;
    }
    try {
      connection.close();
    } catch (Throwable e) {
      cause.addSuppressed(e);
    }
    return true;
  }

  @Override
  public TransactionTask<Long, SQLException> task() {
    TransactionTask<Long, SQLException> task = transaction.task();
    return connection -> {
      try {
        long result = task.run(connection);
        toClose = connection;
        commits = true;
        return result;
      } catch (Throwable e) {
        rollBack(connection, e);
        throw e;
      }
    };
  }

  private void rollBack(Connection connection, Throwable cause) {
    try {
      connection.rollback();
    } catch (Throwable e) {
      toClose = connection;
      cause.addSuppressed(e);
    }
  }

  @Override
  public Future<Long> start(SqlConnection connection) {
    return transaction
        .start(connection)
        .map(
            result -> {
              commits = true;
              return result;
            });
  }
}
