package io.cofferdam.benchmarks.contestant;

import io.cofferdam.benchmarks.run.Transaction;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/** One of those that are compared, open and in the process that is measured. */
public interface Contestant extends AutoCloseable {

  /** Returns what a client with this number, counted from 0, runs its transactions through. */
  Client client(int number) throws Exception;

  /** Returns how many transactions it runs at a time by its own choice; empty if that is fixed. */
  default OptionalInt concurrency() {
    return OptionalInt.empty();
  }

  @Override
  void close();

  /** Has one transaction in flight at most. */
  interface Client {

    /** Runs a transaction and returns when it is committed. */
    void execute(Transaction transaction) throws Exception;

    /** Starts a transaction; the future completes when it is committed. */
    CompletableFuture<?> submit(Transaction transaction);
  }
}
