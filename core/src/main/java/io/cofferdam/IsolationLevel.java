package io.cofferdam;

import java.sql.Connection;

/** A transaction isolation level of the SQL standard, as JDBC names them. */
public enum IsolationLevel {
  /** {@link Connection#TRANSACTION_READ_UNCOMMITTED}. */
  READ_UNCOMMITTED(Connection.TRANSACTION_READ_UNCOMMITTED),
  /** {@link Connection#TRANSACTION_READ_COMMITTED}. */
  READ_COMMITTED(Connection.TRANSACTION_READ_COMMITTED),
  /** {@link Connection#TRANSACTION_REPEATABLE_READ}. */
  REPEATABLE_READ(Connection.TRANSACTION_REPEATABLE_READ),
  /** {@link Connection#TRANSACTION_SERIALIZABLE}. */
  SERIALIZABLE(Connection.TRANSACTION_SERIALIZABLE);

  private final int jdbcValue;

  IsolationLevel(int jdbcValue) {
    this.jdbcValue = jdbcValue;
  }

  /** {@return the constant of {@link Connection} for this level} */
  public int jdbcValue() {
    return jdbcValue;
  }
}
