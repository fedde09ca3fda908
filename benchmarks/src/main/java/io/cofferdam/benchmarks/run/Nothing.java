package io.cofferdam.benchmarks.run;

import io.cofferdam.TransactionTask;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.sql.SQLException;

/** A transaction without a statement. */
enum Nothing implements Transaction {
  INSTANCE;

  @Override
  public TransactionTask<Long, SQLException> task() {
    return connection -> 0L;
  }

  @Override
  public Future<Long> start(SqlConnection connection) {
    return Future.succeededFuture(0L);
  }
}
