package io.cofferdam.internal.worker;

import io.cofferdam.SessionHygiene;
import io.cofferdam.internal.config.Database;
import io.cofferdam.internal.config.Tracking;
import io.cofferdam.internal.dialect.CommitText;
import io.cofferdam.internal.dialect.ConnectionTarget;
import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.IdleLimit;
import io.cofferdam.internal.dialect.registry.Dialects;
import io.cofferdam.internal.recorder.FlightRecorder;
import io.cofferdam.internal.sql.SqlClassifier;
import io.cofferdam.internal.state.SessionState;
import io.cofferdam.internal.wire.TaskRequest;
import io.cofferdam.internal.wire.Welcome;
import io.cofferdam.internal.worker.failpoint.Failpoint;
import io.cofferdam.internal.worker.failpoint.Failpoints;
import io.cofferdam.internal.worker.guard.SessionEffects;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The worker's database session: connects, begins a transaction as a task asks for it, and leaves
 * nothing of one task to the next.
 *
 * <p>Used by the task thread alone, but for {@link #close}.
 */
final class Session {

  private static final long IDLE_WITHOUT_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final int CHECK_SECONDS = 1;
  private static final long END_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LAST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final byte[] NOTHING = {};

  private final Dialect dialect;
  private final ConnectionTarget target;
  private final Properties properties = new Properties();
  private final FlightRecorder recorder;
  private final String name;
  private final @Nullable Ledger ledger;
  private final SqlClassifier classifier;
  private final boolean isStrict;

  private volatile @Nullable Connection connection;
  private @Nullable Driver driver;
  private String id = "";
  private IdleLimit idleLimit = IdleLimit.none();
  private @Nullable CommitText commitText;
  private boolean isCleaned;
  private boolean holdsNoLocks;
  private int connects;
  private int ownIsolation;
  private int isolation;
  private boolean ownReadOnly;
  private boolean readOnly;
  private String lostByCleaning = "";
  private long lastUsedNanos;

  Session(Welcome welcome, FlightRecorder recorder) {
    this.recorder = recorder;
    name = welcome.recorder().substring(welcome.recorder().lastIndexOf('/') + 1);
    Database database = welcome.database();
    String url = database.jdbcUrl();
    dialect = Dialects.forUrl(url);
    Tracking tracking = welcome.tracking();
    String table = "";
    if (tracking instanceof Tracking.Ledger kept) {
      table = kept.table();
      ledger = new Ledger(dialect, table, kept.retention().toSeconds());
    } else {
      ledger = null;
    }
    classifier = dialect.classifier(url, database.properties(), table);
    isStrict = database.hygiene() == SessionHygiene.STRICT;
    target = dialect.connecting().target(url, database.properties(), welcome.worker());
    properties.putAll(target.properties());
    if (database.username() != null) {
      properties.setProperty("user", database.username());
    }
    if (database.password() != null) {
      properties.setProperty("password", database.password());
    }
  }

  boolean isConnected() {
    return connection != null;
  }

  Dialect dialect() {
    return dialect;
  }

  /** Returns what judges the SQL texts of tasks. */
  SqlClassifier classifier() {
    return classifier;
  }

  /** Returns the ledger of the database, or null if there is none. */
  @Nullable Ledger ledger() {
    return ledger;
  }

  /** Returns by what settlement finds the session in the database; empty if it does not. */
  String id() {
    return id;
  }

  /** Returns what may stand in one text with the commit, or null if it goes alone. */
  @Nullable CommitText commitText() {
    return commitText;
  }

  /** Returns how long the session may wait for its client inside a transaction. */
  IdleLimit idleLimit() {
    return idleLimit;
  }

  /** Tells whether the connection is used by one task only. */
  boolean isStrict() {
    return isStrict;
  }

  /** Notes that the commit has cleaned the session as {@link #clean} would have. */
  void cleaned() {
    isCleaned = true;
  }

  /** Returns the raw connection of the running transaction. */
  Connection connection() {
    Connection current = connection;
    if (current == null) {
      throw new IllegalStateException("the session is not connected");
    }
    return current;
  }

  /** Connects, and records by what settlement finds the session. */
  void connect() throws SQLException {
    recorder.session(NOTHING);
    Connection opened = open();
    try {
      opened.setAutoCommit(true);
      dialect.incompleteRollback().prepare(opened);
      ownIsolation = opened.getTransactionIsolation();
      ownReadOnly = !isStrict && dialect.readOnlyMode().isReadOnly(opened);
      lostByCleaning = ownReadOnly ? dialect.readOnlyMode().lostByCleaning(opened) : "";
      id = dialect.sessions().identify(opened, name + ":" + ++connects);
      recorder.session(id.getBytes(StandardCharsets.UTF_8));
      commitText = dialect.commitText(opened);
      idleLimit = dialect.transactions().idleLimit(opened, target);
      if (ledger != null) {
        ledger.open(opened);
      }
    } catch (SQLException | RuntimeException | Error e) {
      closeQuietly(opened, e);
      throw e;
    }
    isolation = ownIsolation;
    readOnly = ownReadOnly;
    lastUsedNanos = System.nanoTime();
    connection = opened;
  }

  /**
   * Opens a connection, by the driver that has opened the first one: it may not be registered any
   * more, since a task can change that.
   */
  private Connection open() throws SQLException {
    Driver known = driver;
    Connection opened = known == null ? null : known.connect(target.jdbcUrl(), properties);
    if (opened == null) {
      opened = DriverManager.getConnection(target.jdbcUrl(), properties);
      driver = DriverManager.getDriver(target.jdbcUrl());
    }
    return opened;
  }

  /** Tells whether the connection still works, if it has been idle for long enough to doubt it. */
  boolean isAlive() {
    long now = System.nanoTime();
    boolean alive = now - lastUsedNanos < IDLE_WITHOUT_CHECK_NANOS || answers();
    lastUsedNanos = now;
    return alive;
  }

  /** Tells whether the connection works, whatever it was used for last. */
  boolean answers() {
    Connection current = connection;
    if (current == null) {
      return false;
    }
    try {
      current.setAutoCommit(true);
      return current.isValid(CHECK_SECONDS);
    } catch (SQLException e) {
      System.err.println("the session does not answer: " + e);
      return false;
    }
  }

  /** Tells whether a transaction that executed nothing leaves the session as it found it. */
  boolean isPristine() {
    return readOnly == ownReadOnly && isolation == ownIsolation;
  }

  /** Begins a transaction as the task asks for it. */
  void begin(TaskRequest request) throws SQLException {
    Connection current = connection();
    isCleaned = false;
    holdsNoLocks = false;
    idleLimit.want(request.lifetimeSeconds());
    if (request.isolation() != 0 && request.isolation() != isolation) {
      isolation = request.isolation();
      current.setTransactionIsolation(request.isolation());
    }
    if (request.readOnly() && !readOnly) {
      readOnly = true;
      current.setReadOnly(true);
    }
    current.setAutoCommit(false);
  }

  /**
   * Gives back the locks that outlive the transaction, which has ended, so that they are free when
   * its caller is told.
   */
  void releaseLocks(SessionEffects effects) {
    Connection current = connection;
    if (current == null || isCleaned) {
      return;
    }
    if (effects.locksUntilSessionEnds()) {
      end();
      return;
    }
    try {
      dialect.cleaning().releaseLocks(current, id, effects.dirtiesSession());
      holdsNoLocks = true;
    } catch (SQLException e) {
      System.err.println("the session could not give its locks back and is ended: " + e);
      end();
    }
  }

  /** Ends the session, and waits until the server has done so. */
  private void end() {
    close();
    if (!endLost().gone()) {
      System.err.println("the session is closed, but may hold its locks for a moment");
    }
  }

  /**
   * Makes the session clean for the next task, after the transaction has ended.
   *
   * @return false if it must be replaced
   */
  boolean clean(SessionEffects effects) {
    Connection current = connection;
    if (current == null || isStrict || effects.replacesConnection()) {
      return false;
    }
    Failpoints.pass(Failpoint.CLEANING_UP);
    try {
      if (effects.executed() && !holdsNoLocks) {
        dialect.cleaning().turnAutoCommitOn(current, id);
      } else {
        current.setAutoCommit(true);
      }
      if (readOnly != ownReadOnly) {
        current.setReadOnly(ownReadOnly);
        readOnly = ownReadOnly;
      }
      if (isolation != ownIsolation) {
        current.setTransactionIsolation(ownIsolation);
        isolation = ownIsolation;
      }
      boolean clean =
          isCleaned
              || (!effects.executed() && !effects.dirtiesSession())
              || dialect.cleaning().clean(current, effects.dirtiesSession());
      if (clean) {
        restoreLost(current);
        dialect.cleaning().cleanDriver(current);
      }
      lastUsedNanos = System.nanoTime();
      return clean;
    } catch (SQLException e) {
      System.err.println("the session could not be cleaned and is replaced: " + e);
      return false;
    }
  }

  private void restoreLost(Connection current) throws SQLException {
    if (!lostByCleaning.isEmpty()) {
      try (Statement statement = current.createStatement()) {
        statement.execute(lostByCleaning);
      }
    }
  }

  /**
   * What became of a session whose connection was lost.
   *
   * @param gone whether it is known to be gone
   * @param mayKeepRows whether its transaction may have left rows behind, as far as is known
   */
  record Lost(boolean gone, boolean mayKeepRows) {}

  /**
   * Ends the session of a connection that was lost, over another one: the server may still execute
   * a statement of it, and keep its locks until that ends. To be called before {@link #connect}.
   */
  Lost endLost() {
    try (Connection other = open()) {
      return new Lost(
          !id.isEmpty() && endLost(other), dialect.incompleteRollback().mayKeepRows(other));
    } catch (SQLException e) {
      System.err.println("the lost session could not be ended: " + e);
      return new Lost(false, false);
    }
  }

  private boolean endLost(Connection other) throws SQLException {
    long untilNanos = System.nanoTime() + END_PATIENCE_NANOS;
    long pauseNanos = FIRST_PAUSE_NANOS;
    SessionState state = dialect.sessions().end(other, id, true);
    while (state != SessionState.GONE) {
      if (state == SessionState.NOT_KNOWN || System.nanoTime() - untilNanos >= 0) {
        return false;
      }
      LockSupport.parkNanos(pauseNanos);
      pauseNanos = Math.min(2 * pauseNanos, LAST_PAUSE_NANOS);
      state = dialect.sessions().end(other, id, true);
    }
    return true;
  }

  /** Closes the connection, if there is one. May be called by any thread. */
  void close() {
    Connection current = connection;
    connection = null;
    if (current != null) {
      try {
        current.close();
      } catch (SQLException e) {
        System.err.println("closing the session failed: " + e);
      }
    }
  }

  private static void closeQuietly(Connection opened, Throwable reason) {
    try {
      opened.close();
    } catch (SQLException | RuntimeException e) {
      reason.addSuppressed(e);
    }
  }
}
