package io.cofferdam.testing;

import io.cofferdam.testkit.database.TestDatabase;
import java.sql.SQLException;

/** Makes commits on PostgreSQL take their time. */
public final class SlowCommits {

  private SlowCommits() {}

  /**
   * Makes every commit of an insert into a table take so long.
   *
   * @param seconds an expression, in which NEW is the inserted row
   */
  public static void of(TestDatabase database, String table, String seconds) throws SQLException {
    String function = "slow_" + table;
    database.run(
        "CREATE FUNCTION "
            + function
            + "() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep("
            + seconds
            + "); RETURN NULL; END $$",
        "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON "
            + table
            + " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "
            + function
            + "()");
  }
}
