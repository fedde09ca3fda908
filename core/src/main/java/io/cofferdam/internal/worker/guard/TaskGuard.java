package io.cofferdam.internal.worker.guard;

import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.DriverTraits;
import io.cofferdam.internal.sql.Backslash;
import io.cofferdam.internal.sql.SqlClassifier;
import io.cofferdam.internal.sql.SqlVerdict;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * What the guard of one task checks before each call, and notes after it. Used by all threads of
 * the task.
 */
final class TaskGuard {

  private final Connection raw;
  private final TaskGate gate;
  private final Dialect dialect;
  private final SqlClassifier classifier;
  private final SessionEffects effects;
  private final GuardedTransaction transaction;
  private volatile boolean changed;

  TaskGuard(
      Connection raw,
      TaskGate gate,
      Dialect dialect,
      SqlClassifier classifier,
      SessionEffects effects,
      GuardedTransaction transaction) {
    this.raw = raw;
    this.gate = gate;
    this.dialect = dialect;
    this.classifier = classifier;
    this.effects = effects;
    this.transaction = transaction;
  }

  GuardedTransaction transaction() {
    return transaction;
  }

  TaskGate gate() {
    return gate;
  }

  SessionEffects effects() {
    return effects;
  }

  /** {@return what distinguishes the driver} */
  DriverTraits driver() {
    return dialect.driver();
  }

  /**
   * Begins the transaction before the execution of a text, or has it begin with that.
   *
   * @param sql the text, null if it is not known
   */
  void beginFor(Statement statement, @Nullable String sql, SqlVerdict verdict) throws SQLException {
    if (transaction.isMarked() || changed || sql == null || !cannotEnd(sql, verdict)) {
      begin();
    } else if (!transaction.hasBegun()) {
      beginWith(statement);
    }
  }

  private boolean cannotEnd(String sql, SqlVerdict verdict) {
    return !verdict.mayCommit()
        && !verdict.unmarks()
        && !verdict.rollsBack()
        && classifier.cannotEnd(sql);
  }

  /** A time limit of the statement has the driver cancel it, whatever the server is at. */
  private void beginWith(Statement statement) throws SQLException {
    gate.enter();
    try {
      if (statement.getQueryTimeout() == 0) {
        gate.cancelOnlyWhile(transaction::isPastBegin);
        transaction.beginWithStatement();
      } else {
        transaction.begin();
      }
    } finally {
      gate.exit();
    }
  }

  /** Marks a transaction that has begun before a text that is put together from names or values. */
  void markIfBegun() throws SQLException {
    if (transaction.hasBegun()) {
      begin();
    }
  }

  /** Begins the transaction in the database before the first statement that can be cancelled. */
  void begin() throws SQLException {
    if (transaction.isMarked() && !changed) {
      return;
    }
    gate.enter();
    try {
      transaction.begin();
      forgetStatements();
    } finally {
      gate.exit();
    }
  }

  private synchronized void forgetStatements() throws SQLException {
    if (changed) {
      changed = !dialect.cleaning().forgetStatements(raw, effects.replacesConnection());
    }
  }

  /** Notes that a statement may change what the next ones mean. */
  void changing(SqlVerdict verdict) {
    if (verdict.dirtiesSession()) {
      changed = true;
    }
  }

  /** {@return the verdict on a method that changes a setting of the session} */
  SqlVerdict judgeSetting() {
    return classifier.judgeSetting();
  }

  /** Judges an SQL text as the connection would send it now. */
  JudgedSql judge(String sql) throws SQLException {
    Backslash backslash = classifier.backslash(raw);
    return judged(sql, backslash, classifier.classify(sql, backslash, raw));
  }

  /** Judges a text that the driver may keep, and send when it is read in another way. */
  JudgedSql judgeForLater(String sql) throws SQLException {
    JudgedSql now = judge(sql);
    boolean isCertain = classifier.classify(sql, Backslash.NOT_KNOWN, raw).equals(now.verdict());
    return isCertain ? now : new JudgedSql(sql, now.backslash(), now.verdict().inDoubt());
  }

  /** Judges a text that starts a COPY. */
  JudgedSql judgeCopy(String sql) throws SQLException {
    Backslash backslash = classifier.backslash(raw);
    return judged(sql, backslash, classifier.classifyCopy(sql, backslash, raw));
  }

  /** Returns the verdict on a text that was judged before, and may be read in another way now. */
  SqlVerdict verdictNow(JudgedSql sql) throws SQLException {
    if (sql.isNone() || sql.backslash() == classifier.backslash(raw)) {
      return sql.verdict();
    }
    String text = sql.text();
    return text == null ? sql.verdict().inDoubt() : judge(text).verdict();
  }

  private JudgedSql judged(String sql, Backslash backslash, SqlVerdict verdict)
      throws SQLException {
    String refusal = verdict.refusal();
    if (refusal != null) {
      if (verdict.rollsBack()) {
        rollbackOnly("ROLLBACK");
      }
      throw Refusals.because(refusal);
    }
    return new JudgedSql(sql, backslash, verdict);
  }

  void checkSavepoint(String name) throws SQLException {
    if (name.indexOf(';') >= 0) {
      throw Refusals.because("a savepoint must not have a semicolon in its name: " + name);
    }
    String refusal = classifier.savepointRefusal(name);
    if (refusal != null) {
      throw Refusals.because(refusal);
    }
  }

  /** Refuses names of columns that a driver may write into the text as they are. */
  static void checkColumns(@Nullable Object[] arguments) throws SQLException {
    if (arguments.length > 1 && arguments[1] instanceof String[] columns) {
      for (@Nullable String column : columns) {
        if (column != null && column.indexOf(';') >= 0) {
          throw Refusals.because(
              "a column to return must not have a semicolon in its name: " + column);
        }
      }
    }
  }

  /**
   * Makes sure that a statement does not commit what the task wants to be rolled back.
   *
   * @throws SQLException if it might
   */
  void checkKeepsRollback(SqlVerdict verdict) throws SQLException {
    SQLException call = effects.rollbackCall();
    if (call != null && verdict.mayCommit()) {
      throw Refusals.because(
          "a statement that may commit by itself is not allowed after a rollback: the task is to be"
              + " rolled back as a whole when it ends",
          call);
    }
  }

  /**
   * Notes that the task has asked for a rollback, which the executor leaves to the end of the task.
   *
   * @throws SQLException if the task has ended or was cancelled: it is decided by then
   */
  void rollbackOnly(String operation) throws SQLException {
    gate.enter();
    try {
      effects.rollbackOnly(RollbackCall.here(operation));
    } finally {
      gate.exit();
    }
  }

  /** Notes that a rollback to a savepoint has failed: what it was to undo is still there. */
  void goingBackFailed(String operation) {
    if (effects.knownEnd() == null) {
      effects.rollbackOnly(RollbackCall.here(operation + ", which failed,"));
    }
  }

  /**
   * Waits until the task itself may cancel a statement.
   *
   * @param statement null for whichever executes
   * @return false if none executes
   */
  boolean awaitCancellable(@Nullable Statement statement) {
    return !transaction.mayBeginWithStatement() || gate.awaitCancellable(statement);
  }

  /** Notes what a failure of the driver means for the transaction. */
  void noteFailure(Throwable failure) {
    transaction.noteFailure(failure);
    if (failure instanceof SQLException sql) {
      for (Throwable each : sql) {
        if (each instanceof SQLException link && dialect.failures().endsTransaction(link)) {
          transaction.failed(sql, true);
          return;
        } else if (each instanceof SQLException link
            && dialect.failures().mayEndTransaction(link)) {
          transaction.failed(sql, false);
        }
      }
    }
  }
}
