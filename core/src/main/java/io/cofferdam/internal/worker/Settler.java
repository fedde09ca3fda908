package io.cofferdam.internal.worker;

import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.SessionState;
import io.cofferdam.internal.dialect.TransactionState;
import io.cofferdam.internal.wire.ProtocolException;
import io.cofferdam.internal.wire.SettleReport;
import io.cofferdam.internal.wire.SettleReport.Commit;
import io.cofferdam.internal.wire.SettleRequest;
import io.cofferdam.internal.wire.TransactionMark;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Finds out for the supervisor what became of another worker's session and of the commit that it
 * died in. Each request is a few short queries; what is not decided yet is asked again.
 *
 * <p>A session that lives is ended only if it is provably that of the dead worker. An outcome is
 * told only once that session is gone.
 */
final class Settler {

  private final Session session;
  private final Dialect dialect;

  Settler(Session session) {
    this.session = session;
    this.dialect = session.dialect();
  }

  /**
   * Finds out what the request asks for.
   *
   * @throws SQLException if the database cannot be asked
   * @throws ProtocolException if the dead worker's mark cannot be read
   */
  SettleReport settle(SettleRequest request) throws SQLException, ProtocolException {
    Connection connection = session.connection();
    connection.setAutoCommit(true);
    SessionState state =
        request.session().isEmpty()
            ? SessionState.NOT_KNOWN
            : dialect.endSession(connection, request.session(), request.end());
    if (state == SessionState.ENDED_AWAITING_REPLICAS) {
      return new SettleReport(SettleReport.Session.ALIVE, Commit.UNKNOWN);
    }
    if (state == SessionState.ALIVE) {
      return new SettleReport(SettleReport.Session.ALIVE, Commit.OPEN);
    }
    Commit commit = request.inDoubt() ? resolve(connection, request) : Commit.ROLLED_BACK;
    return new SettleReport(
        state == SessionState.GONE ? SettleReport.Session.GONE : SettleReport.Session.NOT_KNOWN,
        commit);
  }

  private Commit resolve(Connection connection, SettleRequest request)
      throws SQLException, ProtocolException {
    if (request.transaction().length == 0) {
      return Commit.UNKNOWN;
    }
    TransactionMark mark = TransactionMark.decode(request.transaction());
    if (mark.transactionId().isEmpty()) {
      return mark.wroteNothing() ? Commit.ROLLED_BACK : Commit.UNKNOWN;
    }
    TransactionState state = dialect.stateOf(connection, mark.transactionId());
    return switch (state) {
      case ROLLED_BACK -> Commit.ROLLED_BACK;
      case RUNNING -> Commit.OPEN;
      case FORGOTTEN -> Commit.UNKNOWN;
      case COMMITTED ->
          session.isOlderThan(mark.committingNanos()) ? Commit.COMMITTED : Commit.ASK_ANOTHER;
    };
  }
}
