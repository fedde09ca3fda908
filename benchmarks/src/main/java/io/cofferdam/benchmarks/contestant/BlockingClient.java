package io.cofferdam.benchmarks.contestant;

import io.cofferdam.benchmarks.run.Transaction;
import java.util.concurrent.CompletableFuture;

/** A client over JDBC, which needs a thread for each transaction. */
@FunctionalInterface
public interface BlockingClient extends Contestant.Client {

  @Override
  default CompletableFuture<?> submit(Transaction transaction) {
    throw new UnsupportedOperationException("JDBC needs a thread for each transaction");
  }
}
