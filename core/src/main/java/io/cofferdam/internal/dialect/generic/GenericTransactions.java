package io.cofferdam.internal.dialect.generic;

import io.cofferdam.internal.dialect.ConnectionTarget;
import io.cofferdam.internal.dialect.IdleLimit;
import io.cofferdam.internal.dialect.RemovableMark;
import io.cofferdam.internal.dialect.Rollback;
import io.cofferdam.internal.dialect.TransactionStatus;
import io.cofferdam.internal.dialect.Transactions;
import io.cofferdam.internal.sql.SqlVerdict;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Transactions that cannot be marked: nothing tells of their end. */
public class GenericTransactions implements Transactions {

  @Override
  public void begin(Connection connection, IdleLimit limit) throws SQLException {}

  @Override
  public boolean mayBeginWithStatement(IdleLimit limit) {
    return false;
  }

  @Override
  public boolean isAnswer(SQLException failure) {
    return true;
  }

  @Override
  public IdleLimit idleLimit(Connection connection, ConnectionTarget target) throws SQLException {
    return IdleLimit.none();
  }

  @Override
  public void mark(Connection connection) throws SQLException {}

  @Override
  public @Nullable RemovableMark removableMark() {
    return null;
  }

  @Override
  public boolean mayUnmark(SqlVerdict verdict) {
    return verdict.unmarks();
  }

  @Override
  public String changesOf(Connection connection) throws SQLException {
    return "";
  }

  @Override
  public TransactionStatus status(Connection connection) throws SQLException {
    return TransactionStatus.NOT_KNOWN;
  }

  @Override
  public void beforeCommit(Connection connection) throws SQLException {}

  @Override
  public String openCheck() {
    return "";
  }

  @Override
  public Rollback rollBack(Connection connection, boolean marked, boolean ownSession)
      throws SQLException {
    connection.rollback();
    return Rollback.NOT_KNOWN;
  }
}
