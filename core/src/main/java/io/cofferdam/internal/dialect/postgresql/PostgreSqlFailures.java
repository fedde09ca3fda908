package io.cofferdam.internal.dialect.postgresql;

import io.cofferdam.RetryPolicy.Cause;
import io.cofferdam.internal.dialect.Jdbc;
import io.cofferdam.internal.dialect.generic.GenericFailures;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Failures of PostgreSQL. */
final class PostgreSqlFailures extends GenericFailures {

  /** The SQLState of a transaction that can only be rolled back. */
  static final String FAILED_TRANSACTION = "25P02";

  /** The SQLState of a server or transaction that does not take changes. */
  static final String READ_ONLY = "25006";

  private static final String DEADLOCK = "40P01";
  private static final String DUPLICATE_KEY = "23505";

  /** The mark has no boolean value any more, or a pooler has another session that never had one. */
  private static final Set<String> LOST_MARK = Set.of("22P02", "42704");

  /** A failed transaction, a lock that a deferred trigger did not get, a cancelled query. */
  private static final Set<String> REFUSALS =
      Set.of(FAILED_TRANSACTION, READ_ONLY, "55P03", "57014");

  /** Ended by an administrator, by the crash of another session, or the server is starting up. */
  private static final Set<String> ENDED_SESSION = Set.of("57P01", "57P02", "57P03");

  private static final Set<String> REFUSAL_CLASSES = Set.of("22", "23", "40", "42", "44", "P0");

  /** Classes of the SQLStates of a session that is ended, by the server or by a pooler. */
  private static final Set<String> ENDING_CLASSES = Set.of("08", "57P");

  /** Returns whether a failure says that its session has ended. */
  static boolean endsSession(SQLException failure) {
    return ENDING_CLASSES.stream().anyMatch(Jdbc.sqlState(failure)::startsWith);
  }

  @Override
  public boolean failsOpenCheck(SQLException failure) {
    return LOST_MARK.contains(Jdbc.sqlState(failure));
  }

  @Override
  public boolean endsTransaction(SQLException failure) {
    return false;
  }

  @Override
  protected boolean refusesCommit(String sqlState) {
    return REFUSALS.contains(sqlState)
        || (sqlState.length() == 5 && REFUSAL_CLASSES.contains(sqlState.substring(0, 2)));
  }

  @Override
  public @Nullable Cause retryCause(SQLException failure) {
    String state = Jdbc.sqlState(failure);
    if (state.equals(DEADLOCK)) {
      return Cause.DEADLOCK;
    }
    return ENDED_SESSION.contains(state) ? Cause.CONNECTION_LOST : super.retryCause(failure);
  }

  @Override
  public boolean isDuplicateKey(SQLException failure) {
    return Jdbc.sqlState(failure).equals(DUPLICATE_KEY);
  }

  @Override
  public boolean isLockTimeout(SQLException failure) {
    return Jdbc.sqlState(failure).equals("55P03");
  }
}
