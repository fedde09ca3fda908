package io.cofferdam.internal.codec;

import java.sql.BatchUpdateException;
import java.sql.SQLClientInfoException;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLNonTransientException;
import java.sql.SQLRecoverableException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLTransientException;
import java.sql.SQLWarning;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The standard SQLException types, each before its supertype. */
enum SqlKind {
  BATCH_UPDATE(BatchUpdateException.class, SqlKind::batchUpdate),
  CLIENT_INFO(SQLClientInfoException.class, SqlKind::clientInfo),
  WARNING(SQLWarning.class, SQLWarning::new),
  TIMEOUT(SQLTimeoutException.class, SQLTimeoutException::new),
  TRANSACTION_ROLLBACK(SQLTransactionRollbackException.class, SQLTransactionRollbackException::new),
  TRANSIENT_CONNECTION(SQLTransientConnectionException.class, SQLTransientConnectionException::new),
  TRANSIENT(SQLTransientException.class, SQLTransientException::new),
  DATA(SQLDataException.class, SQLDataException::new),
  FEATURE_NOT_SUPPORTED(
      SQLFeatureNotSupportedException.class, SQLFeatureNotSupportedException::new),
  INTEGRITY_CONSTRAINT_VIOLATION(
      SQLIntegrityConstraintViolationException.class,
      SQLIntegrityConstraintViolationException::new),
  INVALID_AUTHORIZATION(
      SQLInvalidAuthorizationSpecException.class, SQLInvalidAuthorizationSpecException::new),
  NON_TRANSIENT_CONNECTION(
      SQLNonTransientConnectionException.class, SQLNonTransientConnectionException::new),
  SYNTAX_ERROR(SQLSyntaxErrorException.class, SQLSyntaxErrorException::new),
  NON_TRANSIENT(SQLNonTransientException.class, SQLNonTransientException::new),
  RECOVERABLE(SQLRecoverableException.class, SQLRecoverableException::new),
  GENERAL(SQLException.class, SQLException::new);

  private interface Plain {
    SQLException create(@Nullable String message, @Nullable String state, int code);
  }

  private interface Full {
    SQLException create(
        @Nullable String message,
        @Nullable String state,
        int code,
        long[] updateCounts,
        @Nullable Throwable cause);
  }

  private final Class<? extends SQLException> type;

  @SuppressWarnings("ImmutableEnumChecker")
  private final Full factory;

  SqlKind(Class<? extends SQLException> type, Plain factory) {
    this(type, (message, state, code, counts, cause) -> factory.create(message, state, code));
  }

  SqlKind(Class<? extends SQLException> type, Full factory) {
    this.type = type;
    this.factory = factory;
  }

  /** Returns the nearest standard type of {@code exception}. */
  static SqlKind of(SQLException exception) {
    for (SqlKind kind : values()) {
      if (kind.type.isInstance(exception)) {
        return kind;
      }
    }
    return GENERAL;
  }

  /** Returns whether {@code exception} is of a standard type, not of a subtype. */
  static boolean isStandard(SQLException exception) {
    return exception.getClass() == of(exception).type;
  }

  /** Makes an exception of this type; only a batch update has update counts. */
  SQLException create(
      @Nullable String message,
      @Nullable String state,
      int code,
      List<Long> updateCounts,
      @Nullable Throwable cause) {
    long[] counts = updateCounts.stream().mapToLong(Long::longValue).toArray();
    SQLException exception = factory.create(message, state, code, counts, cause);
    if (cause != null && exception.getCause() == null) {
      exception.initCause(cause);
    }
    return exception;
  }

  private static SQLException batchUpdate(
      @Nullable String message,
      @Nullable String state,
      int code,
      long[] updateCounts,
      @Nullable Throwable cause) {
    return new BatchUpdateException(message, state, code, updateCounts, cause);
  }

  private static SQLException clientInfo(
      @Nullable String message, @Nullable String state, int code) {
    return new SQLClientInfoException(message, state, code, Map.of());
  }
}
