package io.cofferdam.internal.dialect;

import io.cofferdam.internal.dialect.registry.Dialects;
import io.cofferdam.internal.sql.Backslash;
import io.cofferdam.internal.sql.SqlClassifier;
import io.cofferdam.internal.sql.SqlVerdict;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A connection without a guard, with a transaction that has written a row. Texts are judged for it
 * and executed on it; a savepoint tells whether the transaction is still the same, and another
 * connection whether the row was committed.
 */
final class FuzzedConnection implements AutoCloseable {

  private static final String SAVEPOINT = "fuzzed";

  /** PostgreSQL has no such savepoint or no transaction, MariaDB and H2 have no such savepoint. */
  private static final Set<String> SAVEPOINT_IS_GONE = Set.of("3B001", "25P01", "42000", "90063");

  private final FuzzMode mode;
  private final TestDatabase database;
  private final String url;
  private final SqlClassifier classifier;
  private final Connection beside;
  private @Nullable Connection connection;
  private boolean begun;
  private int failed;
  private long questions;
  private String setting = "";

  FuzzedConnection(FuzzMode mode, TestDatabase database) throws SQLException {
    this.mode = mode;
    this.database = database;
    url = database.url() + mode.options();
    classifier = Dialects.forUrl(url).classifier(url, Map.of(), "");
    beside = database.connect();
    Sql.run(beside, "DROP TABLE IF EXISTS h", "CREATE TABLE h(id INT)");
  }

  /** Changes a setting of the session, so that the next texts are read in another way. */
  void set(String statement) throws SQLException {
    setting = statement;
    Connection current = idle();
    if (!setting.isEmpty()) {
      current.setAutoCommit(true);
      Sql.run(current, setting);
    }
  }

  /** Returns the verdict on a text that would be sent now. */
  SqlVerdict judge(String sql) throws SQLException {
    Connection current = begun();
    Backslash backslash = classifier.backslash(current);
    return mode.copies()
        ? classifier.classifyCopy(sql, backslash, current)
        : classifier.classify(sql, backslash, current);
  }

  /** Returns whether no reading of a text can end the transaction, whatever the verdict is. */
  boolean cannotEnd(String sql) {
    return classifier.cannotEnd(sql);
  }

  /**
   * Returns whether the transaction survives a text, on a new connection if not on this one: what
   * was executed before may have left a driver out of step.
   */
  boolean survivesForCertain(String sql) throws SQLException {
    if (survives(sql)) {
      return true;
    }
    idle().close();
    return survives(sql);
  }

  /**
   * Executes a text, whether it succeeds or not, and returns whether the transaction has survived
   * it. If not, the connection is replaced, and also where its driver has got out of step with its
   * server, as some do after some texts: then nothing but the table tells.
   */
  boolean survives(String sql) throws SQLException {
    Connection current = begun();
    try {
      mode.send(current, sql);
    } catch (SQLException | IOException | RuntimeException mostTextsAreWrong) {
      failed++;
    }
    try {
      Sql.run(current, "ROLLBACK TO SAVEPOINT " + SAVEPOINT);
      checkThatItIsInStep(current);
      return true;
    } catch (SQLException | IllegalStateException lost) {
      boolean ended = saysThatItEnded(lost) || isCommitted();
      current.close();
      begun = false;
      Sql.run(beside, "DELETE FROM h");
      return !ended;
    }
  }

  /** Throws unless the driver reads the answer to what it has just asked. */
  private void checkThatItIsInStep(Connection current) throws SQLException {
    long question = ++questions;
    if (Sql.number(current, "SELECT " + question) != question) {
      throw new IllegalStateException("the driver reads the answer to something else");
    }
  }

  private static boolean saysThatItEnded(Exception failure) {
    return failure instanceof SQLException e && SAVEPOINT_IS_GONE.contains(e.getSQLState());
  }

  /** Returns how many texts have failed. */
  int failed() {
    return failed;
  }

  /** Returns whether the row of a transaction has been committed. */
  boolean isCommitted() throws SQLException {
    return Sql.number(beside, "SELECT COUNT(*) FROM h") != 0;
  }

  private Connection begun() throws SQLException {
    Connection current = connection;
    if (begun && current != null && !current.isClosed()) {
      return current;
    }
    current = idle();
    try {
      begin(current);
    } catch (SQLException | IllegalStateException outOfStep) {
      current.close();
      current = idle();
      begin(current);
    }
    begun = true;
    return current;
  }

  private static void begin(Connection current) throws SQLException {
    current.setAutoCommit(false);
    Sql.run(current, "INSERT INTO h VALUES (1)", "SAVEPOINT " + SAVEPOINT);
  }

  /** Returns the connection outside of a transaction, a new one if it was lost. */
  private Connection idle() throws SQLException {
    begun = false;
    Connection current = connection;
    if (current != null && !current.isClosed()) {
      try {
        if (!current.getAutoCommit()) {
          current.rollback();
        }
        return current;
      } catch (SQLException | IllegalStateException broken) {
        current.close();
      }
    }
    Connection opened = DriverManager.getConnection(url, database.username(), database.password());
    connection = opened;
    if (!setting.isEmpty()) {
      Sql.run(opened, setting);
    }
    return opened;
  }

  @Override
  public String toString() {
    return mode + (setting.isEmpty() ? "" : " after " + setting);
  }

  @Override
  public void close() throws SQLException {
    idle().close();
    beside.close();
  }
}
