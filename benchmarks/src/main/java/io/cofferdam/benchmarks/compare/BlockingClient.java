package io.cofferdam.benchmarks.compare;

import io.cofferdam.TransactionTask;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;

/** A client over JDBC, which needs a thread for each transaction. */
@FunctionalInterface
interface BlockingClient extends Contestant.Client {

  @Override
  default CompletableFuture<?> submit(TransactionTask<Long, SQLException> task) {
    throw new UnsupportedOperationException("JDBC needs a thread for each transaction");
  }
}
