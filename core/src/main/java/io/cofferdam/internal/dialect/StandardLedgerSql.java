package io.cofferdam.internal.dialect;

import java.util.List;

/**
 * A ledger in standard SQL, except for its types and its clock.
 *
 * @param id the type of ids and fingerprints
 * @param result the type of results
 * @param time the type of a time
 * @param beforeSeconds what stands before the number of seconds in the expression for the clock
 * @param afterSeconds what stands after it
 */
public record StandardLedgerSql(
    String id, String result, String time, String beforeSeconds, String afterSeconds)
    implements LedgerSql {

  @Override
  public List<String> definition(String table) {
    String name = table.substring(table.lastIndexOf('.') + 1);
    return List.of(
        "CREATE TABLE "
            + table
            + " (id "
            + id
            + " NOT NULL PRIMARY KEY, kind VARCHAR(9) NOT NULL, result "
            + result
            + ", fingerprint "
            + id
            + ", expires_at "
            + time
            + " NOT NULL)",
        "CREATE INDEX " + name + "_expires ON " + table + " (expires_at)");
  }

  @Override
  public String clock(long secondsAhead) {
    return beforeSeconds + secondsAhead + afterSeconds;
  }
}
