package io.cofferdam.internal.worker.guard;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The exceptions for what a task has to leave to the executor. */
final class Refusals {

  /** Why a task does not end its transaction. */
  static final String ENDED_BY_EXECUTOR =
      "the executor commits the transaction when the task returns and rolls it back when the task"
          + " throws";

  private static final String INVALID_TRANSACTION_TERMINATION = "2D000";

  private Refusals() {}

  static SQLException because(String reason) {
    return because(reason, null);
  }

  static SQLException because(String reason, @Nullable SQLException cause) {
    return new SQLException(reason, INVALID_TRANSACTION_TERMINATION, cause);
  }

  static SQLException ofCall(String operation, String reason) {
    return because(operation + " is not allowed in a task: " + reason);
  }
}
