package io.cofferdam.benchmarks.run;

import io.cofferdam.TransactionTask;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.sql.SQLException;

/** What a client runs: for those that wait in JDBC, and for those that never block a thread. */
public interface Transaction {

  /** Returns it as a task over JDBC, which captures a few numbers only. */
  TransactionTask<Long, SQLException> task();

  /** Starts it within a transaction that has begun; the future completes before the commit. */
  Future<Long> start(SqlConnection connection);
}
