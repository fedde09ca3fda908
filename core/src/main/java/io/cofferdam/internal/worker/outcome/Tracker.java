package io.cofferdam.internal.worker.outcome;

import io.cofferdam.internal.config.Tracking;
import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.TransactionIds;
import io.cofferdam.internal.wire.CommitNote;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * How outcomes are tracked: what a transaction leaves, so that it can be found out afterwards
 * whether it is committed.
 */
public sealed interface Tracker permits NoTracker, TransactionIdTracker, LedgerTracker {

  /** Returns the tracker that an executor has chosen, as far as its database has what it needs. */
  static Tracker of(Tracking tracking, Dialect dialect) {
    if (tracking instanceof Tracking.Ledger chosen) {
      return new LedgerTracker(new Ledger(dialect, chosen.table(), chosen.retention().toSeconds()));
    }
    TransactionIds ids = dialect.transactionIds();
    return tracking instanceof Tracking.TransactionId && ids != null
        ? new TransactionIdTracker(ids)
        : new NoTracker();
  }

  /**
   * Prepares for the transactions of a session that has just been opened.
   *
   * @throws SQLException if they cannot be tracked there
   */
  default void opened(Connection connection) throws SQLException {}

  /**
   * Finds out what a transaction will leave in which something was executed, just before its
   * commit.
   *
   * @throws SQLException if the database does not tell, or the transaction has been ended
   */
  Trace trace(FinishedWork work) throws SQLException;

  /**
   * Returns what settlement will need of a transaction in which nothing was executed; null if there
   * is nothing that could help it.
   */
  default @Nullable CommitNote noteOfNothing() {
    return new CommitNote.WroteNothing();
  }

  /** Returns the ledger, or null if none is kept. */
  default @Nullable Ledger ledger() {
    return null;
  }
}
