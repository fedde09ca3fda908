package io.cofferdam.internal.dialect.postgresql;

import io.cofferdam.internal.dialect.IdleLimit;
import io.cofferdam.internal.dialect.Jdbc;
import io.cofferdam.internal.dialect.KeptSettings;
import io.cofferdam.internal.dialect.TransactionStatus;
import io.cofferdam.internal.dialect.generic.GenericCleaning;
import java.sql.Connection;
import java.sql.SQLException;

/** Cleans a session as DISCARD ALL does, and keeps the prepared statements where it can. */
final class PostgreSqlCleaning extends GenericCleaning {

  /** Takes back what a task may have set. */
  static final String OWN_SETTINGS = "SET SESSION AUTHORIZATION DEFAULT; RESET ROLE; RESET ALL";

  /** An expression that seeds random() anew: no task can foresee what the next one gets. */
  private static final String RESEED =
      "pg_catalog.setseed(pg_catalog.int4(('x' || pg_catalog.left("
          + "CAST(pg_catalog.gen_random_uuid() AS pg_catalog.text), 8))::pg_catalog.bit(32))"
          + " / 2147483648.0)";

  /** Names a statement that was prepared by PREPARE, and not by the driver. */
  private static final String OWN_STATEMENT =
      "SELECT name FROM pg_catalog.pg_prepared_statements WHERE from_sql LIMIT 1";

  /** DISCARD ALL, except for the plans and prepared statements that the driver holds on to. */
  private static final String CLEAN =
      "CLOSE ALL; "
          + OWN_SETTINGS
          + "; UNLISTEN *; SELECT pg_catalog.pg_advisory_unlock_all(), "
          + RESEED
          + "; DISCARD TEMP; DISCARD SEQUENCES";

  /** What {@link #CLEAN} does and DISCARD PLANS and DEALLOCATE ALL, which the driver notices. */
  private static final String DISCARD = "DISCARD ALL";

  /** The role of the login comes back after that of the session. */
  private static final String AFTER_DISCARD = "RESET ROLE; SELECT " + RESEED;

  /**
   * {@inheritDoc}
   *
   * <p>What a task may have changed about the meaning of statements makes server-prepared ones fail
   * in later tasks, so these are forgotten with it. DISCARD ALL comes alone: it is refused inside a
   * transaction, and a text of several statements is one to a driver that sends it unsplit.
   */
  @Override
  public boolean clean(Connection connection, boolean dirtied, KeptSettings kept)
      throws SQLException {
    if (dirtied) {
      Jdbc.execute(connection, DISCARD);
      Jdbc.execute(connection, AFTER_DISCARD + settings(kept));
    } else {
      Jdbc.executePrepared(connection, text(kept));
    }
    kept.idleLimit().isSet();
    return true;
  }

  @Override
  public boolean restoresSettings() {
    return true;
  }

  /** Returns the text that cleans the session and gives it what it keeps. */
  static String text(KeptSettings kept) {
    return CLEAN + settings(kept);
  }

  private static String settings(KeptSettings kept) {
    int seconds = kept.idleLimit().wanted();
    String limit =
        seconds == IdleLimit.NONE ? "" : "; SET " + PostgreSqlTransactions.idleLimit(seconds);
    return kept.isolation() == 0
        ? limit
        : limit
            + "; SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL "
            + levelName(kept.isolation());
  }

  private static String levelName(int isolation) {
    return switch (isolation) {
      case Connection.TRANSACTION_READ_UNCOMMITTED -> "READ UNCOMMITTED";
      case Connection.TRANSACTION_READ_COMMITTED -> "READ COMMITTED";
      case Connection.TRANSACTION_REPEATABLE_READ -> "REPEATABLE READ";
      case Connection.TRANSACTION_SERIALIZABLE -> "SERIALIZABLE";
      default -> throw new IllegalArgumentException("no isolation level: " + isolation);
    };
  }

  /**
   * {@inheritDoc}
   *
   * <p>The driver notices, and prepares anew. The server refuses it in a failed transaction, which
   * has only savepoints to go back to.
   */
  @Override
  public boolean forgetStatements(Connection connection, boolean mayHoldOwn) throws SQLException {
    if (PostgreSqlDriver.status(connection) != TransactionStatus.OPEN) {
      return false;
    }
    if (!mayHoldOwn || Jdbc.queryForText(connection, OWN_STATEMENT).isEmpty()) {
      Jdbc.execute(connection, "DEALLOCATE ALL");
    }
    return true;
  }

  /** {@inheritDoc} The server sends no notification after UNLISTEN; earlier ones are queued. */
  @Override
  public void cleanDriver(Connection connection) throws SQLException {
    super.cleanDriver(connection);
    if (!PostgreSqlDriver.dropNotifications(connection)) {
      throw new SQLException("the driver does not tell which notifications it holds");
    }
  }

  @Override
  public void releaseLocks(Connection connection, String session, boolean dirtied)
      throws SQLException {
    turnAutoCommitOn(connection, session);
    Jdbc.execute(connection, "SELECT pg_catalog.pg_advisory_unlock_all()");
  }
}
