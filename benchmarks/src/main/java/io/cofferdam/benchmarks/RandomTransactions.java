package io.cofferdam.benchmarks;

import io.cofferdam.TransactionTask;
import io.cofferdam.testkit.tpcb.TpcB;
import io.cofferdam.testkit.tpcb.TpcBTables;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** TPC-B transactions, each on an account, a teller and a branch taken at random. */
final class RandomTransactions {

  private static final int MAX_DELTA = 5_000;
  private static final AtomicLong IDS = new AtomicLong();

  private RandomTransactions() {}

  /** Returns the next one. */
  static TransactionTask<Long, SQLException> next() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long id = IDS.incrementAndGet();
    int account = random.nextInt(TpcBTables.ACCOUNTS) + 1;
    int teller = random.nextInt(TpcBTables.TELLERS) + 1;
    int branch = random.nextInt(TpcBTables.BRANCHES) + 1;
    int delta = random.nextInt(-MAX_DELTA, MAX_DELTA + 1);
    return connection -> TpcB.run(connection, id, account, teller, branch, delta);
  }
}
