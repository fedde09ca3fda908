package io.cofferdam.internal.dialect.mysql;

import io.cofferdam.RetryPolicy.Cause;
import io.cofferdam.internal.dialect.generic.GenericFailures;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Failures of MySQL and MariaDB. */
final class MySqlFailures extends GenericFailures {

  private static final int RECORD_HAS_CHANGED = 1020;
  private static final int LOCK_TIMEOUT = 1205;
  private static final int DEADLOCK = 1213;
  private static final int DUPLICATE_KEY = 1062;
  private static final int READ_ONLY_TRANSACTION = 1792;

  /**
   * The lock table is full; a lock wait or the snapshot took too long, by the server's settings.
   */
  private static final Set<Integer> MAY_END = Set.of(1206, LOCK_TIMEOUT, RECORD_HAS_CHANGED);

  /** {@inheritDoc} Nothing but an attempt tells whether the transaction is read-only. */
  @Override
  public boolean refusesWrite(SQLException failure) {
    return failure.getErrorCode() == READ_ONLY_TRANSACTION;
  }

  @Override
  public boolean endsTransaction(SQLException failure) {
    return failure.getErrorCode() == DEADLOCK || super.endsTransaction(failure);
  }

  @Override
  public boolean mayEndTransaction(SQLException failure) {
    return MAY_END.contains(failure.getErrorCode());
  }

  @Override
  public @Nullable Cause retryCause(SQLException failure) {
    return switch (failure.getErrorCode()) {
      case DEADLOCK, LOCK_TIMEOUT -> Cause.DEADLOCK;
      case RECORD_HAS_CHANGED -> Cause.SERIALIZATION_FAILURE;
      default -> super.retryCause(failure);
    };
  }

  @Override
  public boolean isDuplicateKey(SQLException failure) {
    return failure.getErrorCode() == DUPLICATE_KEY;
  }

  @Override
  public boolean isLockTimeout(SQLException failure) {
    return failure.getErrorCode() == LOCK_TIMEOUT;
  }
}
