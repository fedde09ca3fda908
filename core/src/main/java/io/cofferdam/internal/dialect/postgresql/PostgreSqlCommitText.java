package io.cofferdam.internal.dialect.postgresql;

import io.cofferdam.internal.dialect.CommitText;

/** What goes together with a commit in one round trip. */
final class PostgreSqlCommitText implements CommitText {

  @Override
  public String hasWritten() {
    return "pg_catalog.pg_current_xact_id_if_assigned() IS NOT NULL";
  }

  @Override
  public String cleaning() {
    return PostgreSqlCleaning.CLEAN;
  }

  @Override
  public String ownSettings() {
    return PostgreSqlCleaning.OWN_SETTINGS;
  }
}
