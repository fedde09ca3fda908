package io.cofferdam.internal.dialect;

import io.cofferdam.RetryPolicy.Cause;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What the failures of a database mean for the statement, the transaction, and another attempt. */
public interface Failures {

  /**
   * Returns whether the transaction is over once a statement has failed in this way, so that what
   * follows would be committed without what came before.
   */
  boolean endsTransaction(SQLException failure);

  /**
   * Returns whether a failed statement may have taken the whole transaction with it, depending on
   * the settings of the server.
   */
  boolean mayEndTransaction(SQLException failure);

  /**
   * Returns whether a failure of the commit proves that the transaction was rolled back. Only a
   * refusal of the server itself does; after anything else the commit is in doubt.
   */
  boolean provesRollback(SQLException commitFailure);

  /**
   * Returns why a transaction that failed in this way may succeed when it is run again, or null if
   * there is no such reason. Looks at this exception alone, not at its causes.
   */
  @Nullable Cause retryCause(SQLException failure);

  /**
   * Returns whether a statement has failed because the transaction is read-only, and has left it as
   * it was.
   */
  boolean refusesWrite(SQLException failure);

  /**
   * Returns whether a text may have failed by {@link Transactions#openCheck}, if it has left a
   * transaction.
   */
  boolean failsOpenCheck(SQLException failure);

  /** Returns whether a row was refused because there is one with its key. */
  boolean isDuplicateKey(SQLException failure);

  /** Returns whether a statement has waited for a lock for too long, and may be tried again. */
  boolean isLockTimeout(SQLException failure);
}
