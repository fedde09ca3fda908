package io.cofferdam.internal.worker;

import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.IncompleteRollback;
import io.cofferdam.internal.dialect.SessionState;
import io.cofferdam.internal.dialect.TransactionIds;
import io.cofferdam.internal.dialect.TransactionState;
import io.cofferdam.internal.wire.Frame;
import io.cofferdam.internal.wire.LedgerKind;
import io.cofferdam.internal.wire.PayloadReader;
import io.cofferdam.internal.wire.PayloadWriter;
import io.cofferdam.internal.wire.ProtocolException;
import io.cofferdam.internal.wire.SettleReport;
import io.cofferdam.internal.wire.SettleReport.Commit;
import io.cofferdam.internal.wire.SettleRequest;
import io.cofferdam.internal.wire.TransactionMark;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Answers the supervisor's questions to the database: what became of another worker's session and
 * of the commit that it died in, and what the ledger knows. Each takes a few short queries; what is
 * not decided yet is asked again.
 *
 * <p>A session that lives is ended only if it is provably that of the dead worker. An outcome is
 * told only once that session is gone, or the ledger rules out that it can still commit.
 */
final class Settler {

  private final Session session;
  private final Dialect dialect;

  Settler(Session session) {
    this.session = session;
    this.dialect = session.dialect();
  }

  /**
   * Returns the encoded reply to a question.
   *
   * @throws SQLException if the database cannot be asked
   * @throws ProtocolException if the question cannot be read
   */
  byte[] reply(Frame question) throws SQLException, ProtocolException {
    session.connection().setAutoCommit(true);
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
   * there are any.
   */
  SettleReport settle(SettleRequest request) throws SQLException, ProtocolException {
    SettleReport report = settleTransaction(request);
    return report.commit() == Commit.ROLLED_BACK
            && !isKnownToHaveWrittenNothing(request)
            && mayBeLeft(request)
        ? new SettleReport(report.session(), Commit.ROLLED_BACK_IN_PART, null)
        : report;
  }

  private boolean mayBeLeft(SettleRequest request) throws SQLException {
    Connection connection = session.connection();
    IncompleteRollback rollback = dialect.incompleteRollback();
    return rollback.mayKeepRows(connection)
        || (request.inDoubt() && rollback.mayCommitElsewhere(connection));
  }

  private static boolean isKnownToHaveWrittenNothing(SettleRequest request)
      throws ProtocolException {
    return request.transaction().length > 0
        && TransactionMark.decode(request.transaction()).wroteNothing();
  }

  private SettleReport settleTransaction(SettleRequest request)
      throws SQLException, ProtocolException {
    Connection connection = session.connection();
    SessionState state =
        request.session().isEmpty()
            ? SessionState.NOT_KNOWN
            : dialect.sessions().end(connection, request.session(), request.end());
    if (state == SessionState.ENDED_AWAITING_REPLICAS) {
      return new SettleReport(SettleReport.Session.ALIVE, Commit.UNKNOWN, null);
    }
    if (state == SessionState.ALIVE) {
      return new SettleReport(SettleReport.Session.ALIVE, Commit.OPEN, null);
    }
    SettleReport.Session gone =
        state == SessionState.GONE ? SettleReport.Session.GONE : SettleReport.Session.NOT_KNOWN;
    if (!request.inDoubt()) {
      return new SettleReport(gone, Commit.ROLLED_BACK, null);
    }
    TransactionMark mark =
        request.transaction().length == 0 ? null : TransactionMark.decode(request.transaction());
    if (mark != null && mark.wroteNothing()) {
      return new SettleReport(gone, Commit.ROLLED_BACK, null);
    }
    Ledger ledger = session.ledger();
    if (ledger != null && !request.ledgerId().isEmpty()) {
      return fence(connection, ledger, gone, request, mark);
    }
    return new SettleReport(gone, mark == null ? Commit.UNKNOWN : ask(request, mark), null);
  }

  /**
   * Keeps the transaction from committing, if it has not. A fence proves that it rolled back,
   * unless it may have committed without leaving a row, or so long ago that the row was removed.
   */
  private static SettleReport fence(
      Connection connection,
      Ledger ledger,
      SettleReport.Session gone,
      SettleRequest request,
      @Nullable TransactionMark mark)
      throws SQLException {
    Ledger.Row row =
        ledger.fence(
            connection,
            request.ledgerId(),
            request.lastAttempt() ? LedgerKind.FENCED : LedgerKind.RETRIED);
    if (row == null) {
      return new SettleReport(gone, Commit.OPEN, null);
    }
    if (row.kind() == LedgerKind.COMMITTED) {
      return new SettleReport(gone, Commit.COMMITTED, row.result());
    }
    boolean leavesRow = mark != null && !mark.mayLackRow() && !request.rowMayBePurged();
    return new SettleReport(gone, leavesRow ? Commit.ROLLED_BACK : Commit.UNKNOWN, null);
  }

  private Commit ask(SettleRequest request, TransactionMark mark) throws SQLException {
    TransactionIds ids = dialect.transactionIds();
    if (ids == null || mark.transactionId().isEmpty()) {
      return Commit.UNKNOWN;
    }
    TransactionState state =
        ids.stateOf(session.connection(), request.session(), mark.transactionId());
    return switch (state) {
      case COMMITTED -> Commit.COMMITTED;
      case ROLLED_BACK -> Commit.ROLLED_BACK;
      case RUNNING -> Commit.OPEN;
      case FORGOTTEN -> Commit.UNKNOWN;
    };
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
    Ledger ledger = session.ledger();
    if (ledger == null) {
      throw new ProtocolException("asked for a ledger, which this executor does not keep");
    }
    return ledger;
  }
}
