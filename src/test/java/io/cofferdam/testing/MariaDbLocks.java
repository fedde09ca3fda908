package io.cofferdam.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Uninterruptibles;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;

/** Ways in which a task loses a lock on MariaDB, and swallows the error. */
public final class MariaDbLocks {

  private MariaDbLocks() {}

  /** Gives a table with the columns {@code id} and {@code note} a hundred rows. */
  public static void fill(TestDatabase database, String table) throws SQLException {
    database.run("INSERT INTO " + table + " SELECT seq, 'untouched' FROM seq_1_to_100");
  }

  /** Returns how many rows the loser of a lock has changed. */
  public static long touched(TestDatabase database, String table) throws SQLException {
    return database.number(
        "SELECT COUNT(*) FROM " + table + " WHERE note NOT IN ('untouched', 'rival')");
  }

  /**
   * Loses a deadlock against a session that has changed more rows, and swallows the error.
   *
   * @param firstOfRival what the other session does before
   */
  public static void loseADeadlock(
      Connection connection, TestDatabase database, String table, String... firstOfRival)
      throws SQLException {
    Sql.run(connection, "UPDATE " + table + " SET note = 'mine' WHERE id = 1");
    CountDownLatch hasLocked = new CountDownLatch(1);
    Thread rival =
        new Thread(
            () -> {
              try (Connection other = database.connect()) {
                other.setAutoCommit(false);
                Sql.run(other, firstOfRival);
                Sql.run(other, "UPDATE " + table + " SET note = 'rival' WHERE id > 9");
                hasLocked.countDown();
                Sql.run(other, "UPDATE " + table + " SET note = 'rival' WHERE id = 1");
                other.commit();
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
    rival.start();
    try {
      hasLocked.await();
      Sql.run(connection, "UPDATE " + table + " SET note = 'mine' WHERE id = 10");
      throw new AssertionError("there was no deadlock");
    } catch (SQLException deadlock) {
      assertThat(deadlock.getErrorCode()).isEqualTo(1213);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      Uninterruptibles.joinUninterruptibly(rival);
    }
  }

  /** Changes two rows, and between them waits in vain for a lock on a third. */
  public static void loseALockTimeout(Connection connection, TestDatabase database, String table)
      throws SQLException {
    Sql.run(connection, "UPDATE " + table + " SET note = 'mine' WHERE id = 1");
    try (Connection other = database.connect()) {
      other.setAutoCommit(false);
      Sql.run(other, "UPDATE " + table + " SET note = 'rival' WHERE id = 2");
      try {
        Sql.run(
            connection,
            "SET SESSION innodb_lock_wait_timeout = 1",
            "UPDATE " + table + " SET note = 'mine' WHERE id = 2");
        throw new AssertionError("there was no lock timeout");
      } catch (SQLException timeout) {
        assertThat(timeout.getErrorCode()).isEqualTo(1205);
      }
      other.rollback();
    }
    Sql.run(connection, "UPDATE " + table + " SET note = 'mine' WHERE id = 3");
  }
}
