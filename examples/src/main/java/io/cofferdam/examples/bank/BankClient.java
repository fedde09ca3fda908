package io.cofferdam.examples.bank;

import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionException;
import io.cofferdam.testkit.tpcb.TpcB;
import io.cofferdam.testkit.tpcb.TpcBTables;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * One client of the bank, in a closed loop: the answer to one transaction submits the next, on the
 * thread that brings the answer.
 */
final class BankClient {

  private static final int MAX_DELTA = 99_999;

  private final TransactionClient handle;
  private final SplittableRandom random;
  private final AnswerLog log;
  private final BooleanSupplier open;
  private final Runnable whenDone;

  /**
   * @param open whether the bank is still open; the client ends after it has closed
   * @param whenDone called once, when the client has its last answer
   */
  BankClient(
      TransactionClient handle,
      SplittableRandom random,
      AnswerLog log,
      BooleanSupplier open,
      Runnable whenDone) {
    this.handle = handle;
    this.random = random;
    this.log = log;
    this.open = open;
    this.whenDone = whenDone;
  }

  /** Submits the next transaction, or ends if the bank has closed. */
  @SuppressWarnings("FutureReturnValueIgnored")
  void next() {
    if (!open.getAsBoolean()) {
      whenDone.run();
      return;
    }
    long id = log.nextId();
    try {
      submit(id)
          .whenComplete(
              (balance, failure) -> {
                log.answered(id, failure);
                next();
              });
    } catch (TransactionException refused) {
      log.answered(id, refused);
      whenDone.run();
    }
  }

  private CompletableFuture<Long> submit(long id) {
    int account = random.nextInt(TpcBTables.ACCOUNTS) + 1;
    int teller = random.nextInt(TpcBTables.TELLERS) + 1;
    int branch = random.nextInt(TpcBTables.BRANCHES) + 1;
    int delta = random.nextInt(2 * MAX_DELTA + 1) - MAX_DELTA;
    return handle.submit(connection -> TpcB.run(connection, id, account, teller, branch, delta));
  }
}
