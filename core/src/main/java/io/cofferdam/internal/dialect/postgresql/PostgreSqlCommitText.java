package io.cofferdam.internal.dialect.postgresql;

import io.cofferdam.internal.dialect.CommitText;
import io.cofferdam.internal.dialect.KeptSettings;

/** What goes together with a commit in one round trip. */
final class PostgreSqlCommitText implements CommitText {

  @Override
  public String hasWritten() {
    return "pg_catalog.pg_current_xact_id_if_assigned() IS NOT NULL";
  }

  @Override
  public String cleaning(KeptSettings kept) {
    return PostgreSqlCleaning.text(kept);
  }

  @Override
  public String ownSettings() {
    return PostgreSqlCleaning.OWN_SETTINGS;
  }
}
