package io.cofferdam.benchmarks.run;

import io.cofferdam.testkit.tpcb.TpcBTables;
import java.util.concurrent.ThreadLocalRandom;

/** Which transactions a load has. */
public enum Mix {
  /** TPC-B: five statements, four of which write. */
  TPCB("TPC-B"),
  /** Nine of ten transactions read three balances; the others are TPC-B. */
  READ_MOSTLY("read-mostly"),
  /** An aggregate over some thousand rows, a sort, and a JSON document: it computes. */
  QUERIES("queries"),
  /** A task that does nothing: no round trip to the database at all. */
  NOOP("no-op");

  private static final int MAX_DELTA = 5_000;

  /** One of so many transactions of the read-mostly load writes. */
  private static final int READS_AND_WRITES = 10;

  private final String title;

  Mix(String title) {
    this.title = title;
  }

  /** Returns its name in reports. */
  public String title() {
    return title;
  }

  /** Returns a transaction on an account, a teller and a branch taken at random. */
  public Transaction next(int accounts) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    if (this == QUERIES) {
      int rows = Math.min(Queries.ROWS, accounts);
      return new Queries(random.nextInt(accounts - rows + 1) + 1, rows);
    }
    if (this == NOOP) {
      return Nothing.INSTANCE;
    }
    int account = random.nextInt(accounts) + 1;
    int teller = random.nextInt(TpcBTables.TELLERS) + 1;
    int branch = random.nextInt(TpcBTables.BRANCHES) + 1;
    if (this == READ_MOSTLY && random.nextInt(READS_AND_WRITES) != 0) {
      return new Balances(account, teller, branch);
    }
    int delta = random.nextInt(-MAX_DELTA, MAX_DELTA + 1);
    return new Transfer(random.nextLong(), account, teller, branch, delta);
  }
}
