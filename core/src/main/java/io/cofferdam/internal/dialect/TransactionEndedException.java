package io.cofferdam.internal.dialect;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The transaction was ended behind the executor's back, wholly or in part. What is left of it must
 * be rolled back, never committed.
 */
public final class TransactionEndedException extends SQLException {

  private static final long serialVersionUID = 1L;

  TransactionEndedException(String message, String sqlState, @Nullable Throwable cause) {
    super(message, sqlState, cause);
  }
}
