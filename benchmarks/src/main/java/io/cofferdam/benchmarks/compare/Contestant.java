package io.cofferdam.benchmarks.compare;

import io.cofferdam.TransactionTask;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;

/** One of those that are compared, open and in the process that is measured. */
interface Contestant extends AutoCloseable {

  /** Returns what a client with this number, counted from 0, runs its transactions through. */
  Client client(int number) throws Exception;

  @Override
  void close();

  /** Has one transaction in flight at most. */
  interface Client {

    /** Runs a transaction and returns when it is committed. */
    void execute(TransactionTask<Long, SQLException> task) throws Exception;

    /** Starts a transaction; the future completes when it is committed. */
    CompletableFuture<?> submit(TransactionTask<Long, SQLException> task);
  }
}
