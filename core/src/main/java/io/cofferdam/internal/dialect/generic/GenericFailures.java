package io.cofferdam.internal.dialect.generic;

import io.cofferdam.RetryPolicy.Cause;
import io.cofferdam.internal.dialect.Failures;
import io.cofferdam.internal.dialect.Jdbc;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Failures by what standard SQL says about their SQLStates. */
public class GenericFailures implements Failures {

  @Override
  public boolean endsTransaction(SQLException failure) {
    return Jdbc.sqlState(failure).startsWith("40");
  }

  @Override
  public boolean mayEndTransaction(SQLException failure) {
    return false;
  }

  @Override
  public final boolean provesRollback(SQLException commitFailure) {
    for (Throwable each : commitFailure) {
      if (each instanceof SQLException sql && Jdbc.sqlState(sql).startsWith("08")) {
        return false;
      }
    }
    String state = Jdbc.sqlState(commitFailure);
    return !state.equals("40003") && refusesCommit(state);
  }

  /** Returns whether the server itself refuses a commit with this SQLState, before it is made. */
  protected boolean refusesCommit(String sqlState) {
    return sqlState.startsWith("23") || sqlState.startsWith("40");
  }

  @Override
  public @Nullable Cause retryCause(SQLException failure) {
    String state = Jdbc.sqlState(failure);
    if (state.startsWith("08")) {
      return Cause.CONNECTION_LOST;
    }
    return state.equals("40001") ? Cause.SERIALIZATION_FAILURE : null;
  }

  @Override
  public boolean refusesWrite(SQLException failure) {
    return false;
  }

  @Override
  public boolean failsOpenCheck(SQLException failure) {
    return false;
  }

  @Override
  public boolean isDuplicateKey(SQLException failure) {
    return Jdbc.sqlState(failure).startsWith("23");
  }

  @Override
  public boolean isLockTimeout(SQLException failure) {
    return Jdbc.sqlState(failure).equals("HYT00");
  }
}
