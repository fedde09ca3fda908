package io.cofferdam.internal.worker.run;

import io.cofferdam.TransactionTask;
import io.cofferdam.internal.codec.NotDecodableException;
import io.cofferdam.internal.codec.NotEncodableException;
import io.cofferdam.internal.codec.TaskEncoder;
import io.cofferdam.internal.wire.Frame;
import io.cofferdam.internal.wire.FrameChannel;
import io.cofferdam.internal.wire.TaskRequest;
import io.cofferdam.internal.worker.failpoint.Failpoint;
import io.cofferdam.internal.worker.failpoint.Failpoints;
import io.cofferdam.internal.worker.guard.GuardedObjects;
import io.cofferdam.internal.worker.guard.SessionEffects;
import io.cofferdam.internal.worker.guard.TaskGate;
import io.cofferdam.internal.worker.outcome.Commit;
import io.cofferdam.internal.worker.outcome.FinishedWork;
import io.cofferdam.internal.worker.session.Session;
import io.cofferdam.internal.worker.session.TaskTransaction;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Runs the code that transactions need until it is compiled, while a worker that has just started
 * has nothing to do. The worker is READY meanwhile: after each statement it looks whether a frame
 * has come, and then ends the round.
 *
 * <p>A round is a transaction that asks for a constant through the guard, ends, and leaves the
 * session clean. It writes nothing, takes no lock, and is no task: the flight recorder, the ledger
 * and the supervisor do not learn of it. What fails in it costs the session at most, which is
 * replaced. A session that a task does not share with others, and a database whose constants are
 * not known, are left alone.
 *
 * <p>Used by the first task thread of a worker, once.
 */
public final class WarmUp {

  /** The JVM compiles a method after two hundred calls. */
  private static final int ROUNDS = 40;

  private static final int STATEMENTS = 5;
  private static final int LIFETIME_SECONDS = 10;
  private static final int LONGEST_TASK = 4096;

  /** A worker that dies in a round has nothing to tell of it. */
  private static final SessionEffects.Notes NOTHING = possible -> {};

  private final WorkerParts parts;
  private final Session session;
  private final FrameChannel channel;
  private SessionEffects effects = new SessionEffects(NOTHING);
  private @Nullable Frame come;

  /** Prepares for a session that is connected. */
  public WarmUp(WorkerParts parts, FrameChannel channel) {
    this.parts = parts;
    session = parts.session();
    this.channel = channel;
  }

  /**
   * Warms up until a frame has come, which is returned, or the worker is warm: then null.
   *
   * @throws IOException if the channel is broken
   */
  public @Nullable Frame untilWork() throws IOException {
    String query = session.dialect().constantQuery();
    if (query == null || session.isStrict()) {
      return null;
    }
    channel.socket().configureBlocking(false);
    try {
      warmUp(query);
    } catch (SQLException | NotDecodableException | NotEncodableException | RuntimeException e) {
      giveUp(e);
    }
    channel.socket().configureBlocking(true);
    return come;
  }

  private void warmUp(String query)
      throws IOException, SQLException, NotDecodableException, NotEncodableException {
    byte[] request = request(query);
    for (int i = 0; i < ROUNDS && isIdle(); i++) {
      Failpoints.pass(Failpoint.WARMING_UP);
      round(TaskRequest.decode(request));
    }
  }

  private static byte[] request(String query) throws NotEncodableException {
    TransactionTask<Integer, SQLException> task = connection -> ask(connection, query);
    byte[] code = new TaskEncoder(LONGEST_TASK).encode(task);
    return new TaskRequest(LIFETIME_SECONDS, 0, false, "", "", "", code).encode();
  }

  private static int ask(Connection connection, String query) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query);
        ResultSet row = statement.executeQuery()) {
      return row.next() ? row.getInt(1) : 0;
    }
  }

  /** Looks whether a frame has come. */
  private boolean isIdle() throws IOException {
    if (come == null) {
      come = channel.receive();
    }
    return come == null;
  }

  private void round(TaskRequest request)
      throws IOException, SQLException, NotDecodableException, NotEncodableException {
    @SuppressWarnings("unchecked")
    TransactionTask<Integer, SQLException> task =
        (TransactionTask<Integer, SQLException>) parts.codecs().tasks().decode(request.code());
    effects = new SessionEffects(NOTHING);
    TaskGate gate = new TaskGate();
    TaskTransaction transaction = session.begin(request, effects);
    GuardedObjects guard = session.guard(gate, effects, transaction);
    for (int i = 0; i < STATEMENTS && isIdle(); i++) {
      byte[] unused = parts.codecs().results().encode(task.run(guard.connection()));
    }
    if (!gate.close(Duration.ZERO)) {
      throw new SQLException("a call on the connection has not ended");
    }
    end(request, transaction);
    guard.closeStatements();
    if (!session.clean(effects)) {
      throw new SQLException("the session is not clean");
    }
  }

  /** Commits nothing, as most tasks commit; a row of the ledger would be something. */
  private void end(TaskRequest request, TaskTransaction transaction) throws SQLException {
    if (parts.tracker().ledger() != null) {
      transaction.rollBack();
      return;
    }
    boolean executed = transaction.beforeCommit();
    byte[] nothing = {};
    FinishedWork work = new FinishedWork(session, request, effects, transaction);
    Commit commit =
        executed ? Commit.prepare(work, parts.tracker(), nothing) : Commit.ofNothing(work, null);
    commit.send(nothing);
  }

  /** The session may be closed by now, because the worker is to stop. */
  private void giveUp(Exception failure) {
    if (session.isConnected()) {
      System.err.println("the worker could not warm up: " + failure);
      if (!isClean()) {
        replace();
      }
    }
  }

  private void replace() {
    session.close();
    try {
      session.connect();
    } catch (SQLException | RuntimeException e) {
      System.err.println("the session is not replaced before the next task: " + e);
    }
  }

  private boolean isClean() {
    try {
      session.connection().rollback();
      return session.clean(effects);
    } catch (SQLException | RuntimeException e) {
      return false;
    }
  }
}
