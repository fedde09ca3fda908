package io.cofferdam.internal.worker.outcome;

import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.IncompleteRollback;
import io.cofferdam.internal.dialect.TransactionIds;
import io.cofferdam.internal.state.SessionState;
import io.cofferdam.internal.state.TransactionState;
import io.cofferdam.internal.wire.CommitNote;
import io.cofferdam.internal.wire.CommitQuestion;
import io.cofferdam.internal.wire.Frame;
import io.cofferdam.internal.wire.PayloadReader;
import io.cofferdam.internal.wire.PayloadWriter;
import io.cofferdam.internal.wire.ProtocolException;
import io.cofferdam.internal.wire.SettleReport;
import io.cofferdam.internal.wire.SettleRequest;
import io.cofferdam.internal.worker.session.Session;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Answers the supervisor's questions to the database: what became of another worker's session and
 * of the commit that it died in, and what the ledger knows. Each takes a few short queries; what is
 * not decided yet is asked again.
 *
 * <p>A session that lives is ended only if it is provably that of the dead worker. A commit in
 * doubt is told only once that session is gone, or the ledger rules out that it can still happen.
 */
public final class Settler {

  private final Session session;
  private final Tracker tracker;
  private final Dialect dialect;

  public Settler(Session session, Tracker tracker) {
    this.session = session;
    this.tracker = tracker;
    this.dialect = session.dialect();
  }

  /**
   * Returns the encoded reply to a question.
   *
   * @throws SQLException if the database cannot be asked
   * @throws ProtocolException if the question cannot be read
   */
  public byte[] reply(Frame question) throws SQLException, ProtocolException {
    session.connection().setAutoCommit(true);
    session.useOwnSettings();
    return switch (question.type()) {
      case SETTLE -> settle(SettleRequest.decode(question.payload())).encode();
      case OUTCOME -> outcome(new PayloadReader(question.payload()).getString());
      case PURGE -> purge();
      default -> throw new ProtocolException(question + " is not a question");
    };
  }

  /**
   * Finds out what became of a dead worker's session and commit. What was rolled back may have left
   * rows in tables without transactions, and a commit that has failed rows on foreign servers, if
   * there are any. What died before it came to its commit may have been ended unseen; of a commit
   * its worker has made sure that it was not.
   */
  SettleReport settle(SettleRequest request) throws SQLException, ProtocolException {
    CommitNote note = noteOf(request);
    boolean wroteNothing = note instanceof CommitNote.WroteNothing;
    SessionState dead =
        request.session().isEmpty()
            ? SessionState.NOT_KNOWN
            : dialect.sessions().end(session.connection(), request.session(), request.end());
    SettleReport report =
        switch (dead) {
          case ALIVE -> new SettleReport(dead, stateWhileAlive(request), null);
          case ENDED_AWAITING_REPLICAS -> new SettleReport(dead, TransactionState.UNKNOWN, null);
          case GONE, NOT_KNOWN ->
              wroteNothing
                  ? new SettleReport(dead, TransactionState.ROLLED_BACK, null)
                  : settle(request, dead, note);
        };
    return report.commit() == TransactionState.ROLLED_BACK && !wroteNothing && mayBeLeft(request)
        ? new SettleReport(dead, TransactionState.ROLLED_BACK_IN_PART, null)
        : report;
  }

  /** What was never committed is not going to be, because nobody is there to commit it. */
  private static TransactionState stateWhileAlive(SettleRequest request) {
    return request.commit().isInDoubt() ? TransactionState.OPEN : TransactionState.ROLLED_BACK;
  }

  /** What a dead worker has noted may be anything, and must not end this one. */
  private static @Nullable CommitNote noteOf(SettleRequest request) {
    if (request.note().length == 0) {
      return null;
    }
    try {
      return CommitNote.decode(request.note());
    } catch (ProtocolException e) {
      System.err.println("what a dead worker noted about its transaction cannot be read: " + e);
      return null;
    }
  }

  private boolean mayBeLeft(SettleRequest request) throws SQLException {
    Connection connection = session.connection();
    IncompleteRollback rollback = dialect.incompleteRollback();
    return rollback.mayKeepRows(connection)
        || (request.commit().isInDoubt()
            ? rollback.mayCommitElsewhere(connection)
            : rollback.mayEndUnseen(connection));
  }

  private SettleReport settle(SettleRequest request, SessionState dead, @Nullable CommitNote note)
      throws SQLException, ProtocolException {
    if (request.commit() instanceof CommitQuestion.ByLedgerRow row) {
      return fence(row, dead, note);
    }
    TransactionState state =
        request.commit().isInDoubt() ? ask(request, note) : TransactionState.ROLLED_BACK;
    return new SettleReport(dead, state, null);
  }

  /**
   * Keeps the transaction from committing, if it has not. A fence proves that it rolled back,
   * unless it may have committed without leaving a row, or so long ago that the row was removed.
   */
  private SettleReport fence(
      CommitQuestion.ByLedgerRow asked, SessionState dead, @Nullable CommitNote note)
      throws SQLException, ProtocolException {
    LedgerRow row =
        ledger()
            .fence(
                session.connection(),
                asked.ledgerId(),
                asked.lastAttempt() ? LedgerKind.FENCED : LedgerKind.RETRIED);
    if (row == null) {
      return new SettleReport(dead, TransactionState.OPEN, null);
    }
    if (row.kind() == LedgerKind.COMMITTED) {
      return new SettleReport(dead, TransactionState.COMMITTED, row.result());
    }
    boolean leavesRow =
        note instanceof CommitNote.LedgerRow left && left.isCertain() && !asked.rowMayBePurged();
    return new SettleReport(
        dead, leavesRow ? TransactionState.ROLLED_BACK : TransactionState.UNKNOWN, null);
  }

  private TransactionState ask(SettleRequest request, @Nullable CommitNote note)
      throws SQLException {
    TransactionIds ids = dialect.transactionIds();
    return ids != null && note instanceof CommitNote.TransactionId noted && !noted.id().isEmpty()
        ? ids.stateOf(session.connection(), request.session(), noted.id())
        : TransactionState.UNKNOWN;
  }

  private byte[] outcome(String taskId) throws SQLException, ProtocolException {
    Ledger ledger = ledger();
    try {
      return new PayloadWriter(16)
          .putString(ledger.outcomeOf(session.connection(), UUID.fromString(taskId)).name())
          .toByteArray();
    } catch (IllegalArgumentException e) {
      throw new ProtocolException("not a task's id, or not a row of the ledger: " + taskId);
    }
  }

  private byte[] purge() throws SQLException, ProtocolException {
    return new PayloadWriter(8).putInt(ledger().purge(session.connection())).toByteArray();
  }

  private Ledger ledger() throws ProtocolException {
    Ledger ledger = tracker.ledger();
    if (ledger == null) {
      throw new ProtocolException("asked for a ledger, which this executor does not keep");
    }
    return ledger;
  }
}
