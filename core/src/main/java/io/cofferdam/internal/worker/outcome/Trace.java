package io.cofferdam.internal.worker.outcome;

import io.cofferdam.internal.dialect.TransactionIds;
import io.cofferdam.internal.state.TransactionState;
import io.cofferdam.internal.wire.CommitNote;
import io.cofferdam.internal.wire.TaskRequest;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What a transaction leaves if it commits, by which that can be found out. */
sealed interface Trace {

  /** Returns what settlement will need; null if there is nothing that could help it. */
  @Nullable CommitNote note();

  /** Returns whether it still has to be made sure that the transaction has not been ended. */
  boolean needsCheck();

  /**
   * Returns what became of the transaction, after the same session has tried to commit it; UNKNOWN
   * if it may have committed without leaving this.
   *
   * @param nanos how long ago it has tried
   */
  default TransactionState stateOf(Connection connection, long nanos) throws SQLException {
    return TransactionState.UNKNOWN;
  }

  /** Returns whether it is left for sure, so that {@link #stateOf} tells. */
  default boolean isCertain() {
    return false;
  }

  /** Outcomes are not tracked. */
  record Untracked() implements Trace {

    @Override
    public @Nullable CommitNote note() {
      return null;
    }

    @Override
    public boolean needsCheck() {
      return true;
    }
  }

  /**
   * The database knows the transaction by an id. Asking for that has shown that it is still there.
   *
   * @param session the handle of its session
   * @param id empty if it has none, because it has written nothing that is kept by transaction
   */
  record Id(TransactionIds ids, String session, String id) implements Trace {

    @Override
    public CommitNote note() {
      return new CommitNote.TransactionId(id);
    }

    @Override
    public boolean needsCheck() {
      return false;
    }

    @Override
    public boolean isCertain() {
      return !id.isEmpty();
    }

    @Override
    public TransactionState stateOf(Connection connection, long nanos) throws SQLException {
      return ids.stateOf(connection, session, id);
    }
  }

  /** The ledger has no row of it, because the database would refuse to write one. */
  record NoRow() implements Trace {

    @Override
    public CommitNote note() {
      return new CommitNote.LedgerRow(false);
    }

    @Override
    public boolean needsCheck() {
      return true;
    }
  }

  /**
   * The transaction leaves a row in the ledger.
   *
   * @param onlyIfWritten whether the row is left only if the database says that it has written
   */
  record Row(Ledger ledger, TaskRequest request, boolean onlyIfWritten) implements Trace {

    /**
     * Prepares for the row: nothing of the task hides the table, and the result is kept under the
     * idempotency key that the transaction has claimed, if any.
     */
    void prepare(FinishedWork work, byte[] result) throws SQLException {
      Connection connection = work.connection;
      if (work.effects.dirtiesSession()) {
        ledger.uncover(connection);
      }
      if (!request.key().isEmpty()) {
        ledger.keys().complete(connection, request.key(), result);
      }
    }

    @Override
    public CommitNote note() {
      return new CommitNote.LedgerRow(!onlyIfWritten);
    }

    @Override
    public boolean needsCheck() {
      return true;
    }

    @Override
    public boolean isCertain() {
      return !onlyIfWritten;
    }

    @Override
    public TransactionState stateOf(Connection connection, long nanos) throws SQLException {
      return ledger.stateOf(connection, request.ledgerId(), nanos);
    }
  }
}
