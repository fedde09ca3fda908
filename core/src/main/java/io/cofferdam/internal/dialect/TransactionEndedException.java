package io.cofferdam.internal.dialect;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The transaction was ended behind the executor's back. What is left of it must be rolled back,
 * never committed.
 */
public final class TransactionEndedException extends SQLException {

  private static final long serialVersionUID = 1L;
  private static final String STATE = "40000";

  public TransactionEndedException(String message, @Nullable Throwable cause) {
    super(message, STATE, cause);
  }

  /** Makes one that does not know who has ended it. */
  public TransactionEndedException() {
    this(
        "the transaction was ended by a statement or a call of the task before the task did, so a"
            + " part of its work may be committed. Leave the end of the transaction to the executor.",
        null);
  }
}
