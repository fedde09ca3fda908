package io.cofferdam.internal.worker.session;

import static java.util.Objects.requireNonNull;

import io.cofferdam.SessionHygiene;
import io.cofferdam.internal.config.Database;
import io.cofferdam.internal.config.Tracking;
import io.cofferdam.internal.dialect.CommitText;
import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.IdleLimit;
import io.cofferdam.internal.dialect.KeptSettings;
import io.cofferdam.internal.dialect.Transactions;
import io.cofferdam.internal.recorder.FlightRecorder;
import io.cofferdam.internal.sql.SqlClassifier;
import io.cofferdam.internal.wire.TaskRequest;
import io.cofferdam.internal.wire.Welcome;
import io.cofferdam.internal.worker.failpoint.Failpoint;
import io.cofferdam.internal.worker.failpoint.Failpoints;
import io.cofferdam.internal.worker.guard.GuardedConnection;
import io.cofferdam.internal.worker.guard.GuardedObjects;
import io.cofferdam.internal.worker.guard.SessionEffects;
import io.cofferdam.internal.worker.guard.TaskGate;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The worker's database session: connects, begins a transaction as a task asks for it, and leaves
 * nothing of one task to the next.
 *
 * <p>Used by the task thread alone, but for {@link #close}.
 */
public final class Session {

  /** What is to be done with a connection before it is used. */
  public interface Preparation {
    void prepare(Connection opened) throws SQLException;
  }

  private static final long IDLE_WITHOUT_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final int CHECK_SECONDS = 1;
  private static final byte[] NOTHING = {};
  private static final String NEVER_CONNECTED = "the session was never connected";

  private final Dialect dialect;
  private final Connector connector;
  private final FlightRecorder recorder;
  private final String name;
  private final Preparation preparation;
  private final SqlClassifier classifier;
  private final boolean isStrict;

  private volatile @Nullable Connection connection;
  private String id = "";
  private IdleLimit idleLimit = IdleLimit.none();
  private @Nullable Transactions transactions;
  private @Nullable CommitText commitText;

  /** Whether the session has settings again after its cleaning; a pooler may lend it. */
  private boolean keepsSettings;

  private boolean isCleaned;
  private boolean holdsNoLocks;
  private int connects;
  private @Nullable SessionSettings settings;
  private long lastUsedNanos;

  /**
   * @param preparation is done with each connection that is opened
   */
  public Session(
      Dialect dialect, Welcome welcome, FlightRecorder recorder, Preparation preparation) {
    this.dialect = dialect;
    this.recorder = recorder;
    this.preparation = preparation;
    name = welcome.recorder().substring(welcome.recorder().lastIndexOf('/') + 1);
    Database database = welcome.database();
    String url = database.jdbcUrl();
    connector = new Connector(dialect, database, welcome.worker());
    String table = welcome.tracking() instanceof Tracking.Ledger ledger ? ledger.table() : "";
    classifier = dialect.classifier(url, database.properties(), table);
    isStrict = database.hygiene() == SessionHygiene.STRICT;
  }

  public boolean isConnected() {
    return connection != null;
  }

  public Dialect dialect() {
    return dialect;
  }

  /** Returns the handle by which settlement finds the session; empty if it does not. */
  public String id() {
    return id;
  }

  /** Returns what may stand in one text with the commit, or null if it goes alone. */
  public @Nullable CommitText commitText() {
    return commitText;
  }

  /** Returns how the transactions of the session begin and end. */
  public Transactions transactions() {
    return requireNonNull(transactions, "the session is not connected");
  }

  /** Returns how long the session may wait for its client inside a transaction. */
  IdleLimit idleLimit() {
    return idleLimit;
  }

  /** Returns whether the connection is used by one task only. */
  public boolean isStrict() {
    return isStrict;
  }

  /** Returns what does the same as {@link #clean} in the text of a commit; empty if nothing. */
  public String cleaningText() {
    return commitText == null ? "" : commitText.cleaning(kept());
  }

  /** Notes that the commit has cleaned the session by its {@link #cleaningText}. */
  public void cleaned() {
    isCleaned = true;
    idleLimit.isSet();
  }

  private KeptSettings kept() {
    return keepsSettings
        ? new KeptSettings(settings().keptIsolation(), idleLimit)
        : KeptSettings.none();
  }

  /** Gives the session its own settings again, for what is not done for a task. */
  public void useOwnSettings() throws SQLException {
    settings().setBack(connection());
  }

  /** Returns the raw connection of the running transaction. */
  public Connection connection() {
    Connection current = connection;
    if (current == null) {
      throw new IllegalStateException("the session is not connected");
    }
    return current;
  }

  private SessionSettings settings() {
    return requireNonNull(settings, NEVER_CONNECTED);
  }

  /** Connects, and records how settlement finds the session. */
  public void connect() throws SQLException {
    recorder.session(NOTHING);
    Connection opened = connector.open();
    SessionSettings own;
    try {
      opened.setAutoCommit(true);
      dialect.incompleteRollback().prepare(opened);
      own = new SessionSettings(opened, dialect.readOnlyMode(), !isStrict);
      id = dialect.sessions().identify(opened, name + ":" + ++connects);
      keepsSettings = !id.isEmpty() && dialect.cleaning().restoresSettings();
      recorder.session(id.getBytes(StandardCharsets.UTF_8));
      commitText = dialect.commitText(opened);
      transactions = dialect.transactions(opened);
      idleLimit = transactions.idleLimit(opened, connector.target());
      preparation.prepare(opened);
    } catch (SQLException | RuntimeException | Error e) {
      closeQuietly(opened, e);
      throw e;
    }
    settings = own;
    lastUsedNanos = System.nanoTime();
    connection = opened;
  }

  /**
   * Returns whether there is a connection that still works, if it has been idle for long enough to
   * doubt it.
   */
  public boolean isAlive() {
    long now = System.nanoTime();
    boolean alive = (isConnected() && now - lastUsedNanos < IDLE_WITHOUT_CHECK_NANOS) || answers();
    lastUsedNanos = now;
    return alive;
  }

  /** Returns whether the connection works, whatever it was used for last. */
  public boolean answers() {
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

  /**
   * Begins a transaction as the task asks for it.
   *
   * @param effects what its task does
   */
  public TaskTransaction begin(TaskRequest request, SessionEffects effects) throws SQLException {
    Connection current = connection();
    Transactions server = transactions();
    begin(request);
    return new TaskTransaction(current, server, dialect, idleLimit, !id.isEmpty(), effects);
  }

  /** Guards the connection for the transaction of one task. */
  public GuardedObjects guard(TaskGate gate, SessionEffects effects, TaskTransaction transaction) {
    return GuardedConnection.guard(connection(), gate, dialect, classifier, effects, transaction);
  }

  /** Begins again, after the same task has rolled its transaction back. */
  public void begin(TaskRequest request) throws SQLException {
    Connection current = connection();
    SessionSettings own = settings();
    isCleaned = false;
    holdsNoLocks = false;
    int lifetimeSeconds = request.lifetimeSeconds();
    own.take(current, request.isolation(), request.readOnly());
    idleLimit.want(lifetimeSeconds);
    current.setAutoCommit(false);
  }

  /**
   * Gives back the locks that outlive the transaction, which has ended, so that they are free when
   * its caller is told.
   */
  public void releaseLocks(SessionEffects effects) {
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
   * Makes the session clean for the next task if that asks nothing of the server, because the
   * commit has cleaned it or the task has not touched it.
   *
   * @return whether it is clean
   */
  public boolean cleanAtOnce(SessionEffects effects) {
    return isUntouchedBy(effects)
        || (isCleaned && settings().areKept(keepsSettings) && cleanUp(effects));
  }

  /**
   * Makes the session clean for the next task, after the transaction has ended.
   *
   * @return false if it must be replaced
   */
  public boolean clean(SessionEffects effects) {
    return isUntouchedBy(effects) || cleanUp(effects);
  }

  private boolean isUntouchedBy(SessionEffects effects) {
    return isConnected()
        && !effects.touchSession()
        && requireNonNull(settings, NEVER_CONNECTED).areOwn(keepsSettings);
  }

  private boolean cleanUp(SessionEffects effects) {
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
      if (keepsSettings) {
        settings().setBackMode(current);
      } else {
        settings().setBack(current);
      }
      boolean clean =
          isCleaned
              || (!effects.executed() && !effects.dirtiesSession())
              || dialect.cleaning().clean(current, effects.dirtiesSession(), kept());
      if (clean) {
        settings().restoreLost(current);
        dialect.cleaning().cleanDriver(current);
      }
      lastUsedNanos = System.nanoTime();
      return clean;
    } catch (SQLException e) {
      System.err.println("the session could not be cleaned and is replaced: " + e);
      effects.replaceConnection();
      return false;
    }
  }

  /**
   * Ends the session of a connection that was lost, over another one: the server may still execute
   * a statement of it, and keep its locks until that ends. To be called before {@link #connect}.
   */
  public LostSession endLost() {
    return connector.endLost(id);
  }

  /** Closes the connection, if there is one. May be called by any thread. */
  public void close() {
    // The control thread may close while the task's thread works; both may even close, which JDBC
    // allows. The field is cleared first, so that what fails by that finds the session gone.
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
