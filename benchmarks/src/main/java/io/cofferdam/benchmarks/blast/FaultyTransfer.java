package io.cofferdam.benchmarks.blast;

import io.cofferdam.TransactionTask;
import io.cofferdam.benchmarks.run.Transaction;
import io.cofferdam.benchmarks.run.Transfer;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

/**
 * A transaction of TPC-B that goes wrong when it has made all its changes, before the commit; or
 * before its first statement, if the fault comes first.
 *
 * @param transfer what it does besides
 * @param fault what goes wrong
 * @param mark the file that gets the time at which it does, in nanoseconds of {@link
 *     System#nanoTime}
 */
record FaultyTransfer(Transfer transfer, Fault fault, String mark) implements Transaction {

  @Override
  public TransactionTask<Long, SQLException> task() {
    TransactionTask<Long, SQLException> work = transfer.task();
    Fault fault = this.fault;
    String mark = this.mark;
    return connection -> {
      if (fault.comesFirst()) {
        strike(fault, mark);
      }
      long balance = work.run(connection);
      strike(fault, mark);
      return balance;
    };
  }

  @Override
  public Future<Long> start(SqlConnection connection) {
    if (fault.comesFirst()) {
      strike(fault, mark);
    }
    return transfer
        .start(connection)
        .map(
            balance -> {
              strike(fault, mark);
              return balance;
            });
  }

  private static void strike(Fault fault, String mark) {
    try {
      Files.writeString(Path.of(mark), System.nanoTime() + "\n");
      fault.strike();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
