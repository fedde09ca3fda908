package io.cofferdam.internal.dialect.h2;

import io.cofferdam.RetryPolicy.Cause;
import io.cofferdam.internal.dialect.generic.GenericFailures;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Failures of H2. */
final class H2Failures extends GenericFailures {

  private static final int DUPLICATE_KEY = 23505;
  private static final int DEADLOCK = 40001;
  private static final int LOCK_TIMEOUT = 50200;
  private static final int CONCURRENT_UPDATE = 90131;

  /**
   * {@inheritDoc}
   *
   * <p>The SQLState proves nothing: code in the database throws exceptions with states of its own
   * choice, and the transaction goes on.
   */
  @Override
  public boolean endsTransaction(SQLException failure) {
    return failure.getErrorCode() == DEADLOCK;
  }

  @Override
  public boolean isDuplicateKey(SQLException failure) {
    return failure.getErrorCode() == DUPLICATE_KEY;
  }

  @Override
  public @Nullable Cause retryCause(SQLException failure) {
    return switch (failure.getErrorCode()) {
      case DEADLOCK, LOCK_TIMEOUT -> Cause.DEADLOCK;
      case CONCURRENT_UPDATE -> Cause.SERIALIZATION_FAILURE;
      default -> super.retryCause(failure);
    };
  }
}
