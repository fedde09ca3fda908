package io.cofferdam.internal.worker.outcome;

import io.cofferdam.internal.dialect.CommitText;
import io.cofferdam.internal.state.TransactionState;
import io.cofferdam.internal.wire.CommitNote;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * How a transaction is going to be committed: what is sent for that, and in how many round trips.
 *
 * <p>After plain queries and changes of rows the session is cleaned in the round trip of the
 * commit, if this session can tell afterwards whether the transaction is committed: not behind a
 * pooler. It pays for the round trip that asks for the transaction's id.
 */
sealed interface CommitPlan {

  /**
   * Decides how a transaction is committed in which something was executed.
   *
   * @param trace what it leaves
   * @param check fails unless it can be committed; empty if that is known without
   * @param text what the server takes in one text with the commit, or null if nothing
   * @param cleaning what leaves the session clean for the next task if it is sent with that; empty
   *     if nothing does
   */
  static CommitPlan decide(Trace trace, String check, @Nullable CommitText text, String cleaning) {
    if (text == null) {
      return trace instanceof Trace.Row row
          ? new AfterRow(row, check)
          : new Alone(trace.note(), check);
    }
    String before = check.isEmpty() ? "" : check + "; ";
    String after = trace.isCertain() && !cleaning.isEmpty() ? "; " + cleaning : "";
    if (trace instanceof Trace.Row row) {
      return new WithRow(row, row.onlyIfWritten() ? text.hasWritten() : "", before, after);
    }
    return before.isEmpty() && after.isEmpty()
        ? new Alone(trace.note(), "")
        : new InOneText(trace, before, after);
  }

  /**
   * Does what has to come before the commit and cannot go together with it.
   *
   * @return what settlement will need; null if there is nothing that could help it
   */
  @Nullable CommitNote prepare(FinishedWork work, byte[] result) throws SQLException;

  /** Commits. */
  void commit(Connection connection, byte[] result) throws SQLException;

  /** Returns whether the session is cleaned with the commit. */
  default boolean cleans() {
    return false;
  }

  /**
   * Returns what became of the transaction, after the same session has tried to commit it; UNKNOWN
   * if nothing tells.
   *
   * @param nanos how long ago it has tried
   */
  default TransactionState stateOf(Connection connection, long nanos) throws SQLException {
    return TransactionState.UNKNOWN;
  }

  /**
   * The driver's own method commits.
   *
   * @param checkBefore a query that fails unless the transaction can be committed; empty if that is
   *     known without
   */
  record Alone(@Nullable CommitNote note, String checkBefore) implements CommitPlan {

    @Override
    public @Nullable CommitNote prepare(FinishedWork work, byte[] result) throws SQLException {
      work.check(checkBefore);
      return note;
    }

    @Override
    public void commit(Connection connection, byte[] result) throws SQLException {
      connection.commit();
    }
  }

  /**
   * A check comes before the commit in the text of it, or the cleaning of the session after it.
   *
   * @param before empty, or a check with a semicolon after it
   * @param after empty, or the cleaning with a semicolon before it
   */
  record InOneText(Trace trace, String before, String after) implements CommitPlan {

    @Override
    public @Nullable CommitNote prepare(FinishedWork work, byte[] result) {
      return trace.note();
    }

    @Override
    public void commit(Connection connection, byte[] result) throws SQLException {
      try (PreparedStatement commit = connection.prepareStatement(before + "COMMIT" + after)) {
        commit.execute();
      }
    }

    @Override
    public boolean cleans() {
      return !after.isEmpty();
    }

    @Override
    public TransactionState stateOf(Connection connection, long nanos) throws SQLException {
      return trace.stateOf(connection, nanos);
    }
  }

  /** The row is written, and then the driver's own method commits. */
  record AfterRow(Trace.Row trace, String checkBefore) implements CommitPlan {

    /**
     * {@inheritDoc} A transaction that the task has made read-only goes without the row, unless it
     * holds a key, whose row it has to complete.
     */
    @Override
    public @Nullable CommitNote prepare(FinishedWork work, byte[] result) throws SQLException {
      work.check(checkBefore);
      try {
        trace.prepare(work, result);
        trace.ledger().write(work.connection, trace.request().ledgerId(), result);
        return trace.note();
      } catch (SQLException e) {
        boolean holdsKey = !trace.request().key().isEmpty();
        if (holdsKey || !work.session.dialect().failures().refusesWrite(e)) {
          throw e;
        }
        return new Trace.NoRow().note();
      }
    }

    @Override
    public void commit(Connection connection, byte[] result) throws SQLException {
      connection.commit();
    }
  }

  /**
   * The row is written in the text of the commit.
   *
   * @param condition holds if the row is to be written; empty if it is in any case
   */
  record WithRow(Trace.Row trace, String condition, String before, String after)
      implements CommitPlan {

    @Override
    public @Nullable CommitNote prepare(FinishedWork work, byte[] result) throws SQLException {
      trace.prepare(work, result);
      return trace.note();
    }

    @Override
    public void commit(Connection connection, byte[] result) throws SQLException {
      trace
          .ledger()
          .commit(
              connection,
              trace.request().ledgerId(),
              result,
              condition,
              new Ledger.Texts(before, after));
    }

    @Override
    public boolean cleans() {
      return !after.isEmpty();
    }

    @Override
    public TransactionState stateOf(Connection connection, long nanos) throws SQLException {
      return trace.stateOf(connection, nanos);
    }
  }
}
