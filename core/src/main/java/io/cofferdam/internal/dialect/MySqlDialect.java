package io.cofferdam.internal.dialect;

import io.cofferdam.RetryPolicy.Cause;
import io.cofferdam.internal.dialect.SqlSyntax.Letters;
import io.cofferdam.internal.dialect.SqlSyntax.Rule;
import io.cofferdam.internal.text.Secrets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * MySQL and MariaDB. A deadlock rolls the whole transaction back and lets the statements after it
 * start another one, and many statements commit by themselves; a savepoint at the start tells.
 */
final class MySqlDialect extends SavepointDialect {

  private static final String IDLE_LIMIT = "idle_transaction_timeout";
  private static final int NO_SUCH_VARIABLE = 1193;
  private static final int NO_SUCH_SAVEPOINT = 1305;
  private static final int NO_SUCH_FUNCTION = 1305;
  private static final int NO_SUCH_THREAD = 1094;
  private static final int KILL_DENIED = 1095;
  private static final int RECORD_HAS_CHANGED = 1020;
  private static final int LOCK_TIMEOUT = 1205;
  private static final int DEADLOCK = 1213;
  private static final int LOCK_WAIT_TIMEOUT = 1205;
  private static final int DUPLICATE_KEY = 1062;
  private static final int READ_ONLY_TRANSACTION = 1792;
  private static final int NOT_COMPLETE_ROLLBACK = 1196;

  /**
   * The lock table is full; a lock wait or the snapshot took too long, by the server's settings.
   */
  private static final Set<Integer> MAY_END = Set.of(1206, LOCK_WAIT_TIMEOUT, RECORD_HAS_CHANGED);

  private static final String TABLE_WITHOUT_TRANSACTIONS =
      "SELECT t.TABLE_NAME FROM information_schema.TABLES t"
          + " JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE"
          + " WHERE t.TABLE_TYPE = 'BASE TABLE' AND e.TRANSACTIONS <> 'YES' AND t.TABLE_SCHEMA NOT"
          + " IN ('mysql', 'information_schema', 'performance_schema', 'sys') LIMIT 1";

  /**
   * The start is what the server's clock showed then, in whatever way it was set later: uptime and
   * time come from the same statement.
   */
  private static final String SERVER =
      "(SELECT CONCAT(@@hostname, ':', @@port, '/', UNIX_TIMESTAMP() - CAST(VARIABLE_VALUE AS"
          + " SIGNED)) FROM %s WHERE VARIABLE_NAME = 'UPTIME')";

  private static final String IS_LISTED =
      "EXISTS (SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = %s)";

  /** A user who does not see its own session would not see another one of its own either. */
  private static final String MARK_SESSION =
      "SELECT CONCAT_WS(' ', IF(GET_LOCK(?, 0) = 1, CONNECTION_ID(), NULL), ?, IF("
          + IS_LISTED.formatted("CONNECTION_ID()")
          + ", %s, NULL))";

  private static final String FIND_SESSION =
      "SELECT CASE WHEN IS_USED_LOCK(?) = ? THEN 'lives' WHEN %s = ? THEN IF("
          + IS_LISTED.formatted("?")
          + ", 'lives', 'unseen') WHEN SUBSTRING_INDEX(?, '/', 1) = CONCAT(@@hostname, ':', @@port)"
          + " THEN 'restarted' ELSE 'elsewhere' END";

  private static final Set<String> PLAIN =
      Set.of(
          "SELECT",
          "INSERT",
          "UPDATE",
          "DELETE",
          "REPLACE",
          "WITH",
          "VALUES",
          "TABLE",
          "SHOW",
          "EXPLAIN",
          "DESCRIBE",
          "DESC");
  private static final Set<String> COMMITTING =
      Set.of(
          "CREATE",
          "ALTER",
          "DROP",
          "RENAME",
          "TRUNCATE",
          "GRANT",
          "REVOKE",
          "LOCK",
          "UNLOCK",
          "ANALYZE",
          "CHECK",
          "OPTIMIZE",
          "REPAIR",
          "FLUSH",
          "RESET",
          "CACHE",
          "INSTALL",
          "UNINSTALL");
  private static final Set<String> SESSION = Set.of("USE", "DO");

  /** By these a query or a change of rows leaves something in the session. */
  private static final Set<String> LEAVING =
      Set.of("@", ":=", "GET_LOCK", "RELEASE_LOCK", "RELEASE_ALL_LOCKS");

  /** By these a block of statements ends the transaction. */
  private static final Set<String> ENDING = Set.of("COMMIT", "ROLLBACK");

  private static final Set<String> WATCHED =
      Stream.of(LEAVING, ENDING).flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());

  private static final Pattern SENDS_SEVERAL =
      Pattern.compile(
          "(allowMultiQueries|rewriteBatchedStatements)(?!\\s*=\\s*(false|0)\\b)",
          Pattern.CASE_INSENSITIVE);

  private static final int NO_BACKSLASH_ESCAPES = 0x200;

  private static final DriverGetter SERVER_STATUS =
      new DriverGetter("org.mariadb.jdbc.Connection", "getContext", "getServerStatus");

  private static final SqlSyntax SYNTAX =
      SqlSyntax.of(
          Letters.ANY_OUTSIDE_ASCII,
          Rule.BACKSLASH_ESCAPES,
          Rule.BACKSLASH_ESCAPES_IN_DOUBLE_QUOTES,
          Rule.BACKTICK_NAMES,
          Rule.MYSQL_COMMENTS,
          Rule.SPACE_AFTER_DASHES,
          Rule.ROUTINE_BODIES);

  /** As drivers look for parameters, in whose places they write their values. */
  private static final SqlSyntax DRIVER =
      SYNTAX.without(Rule.SPACE_AFTER_DASHES).with(Rule.SHORT_COMMENTS);

  private static final SqlReadings ESCAPING = readings(SYNTAX);
  private static final SqlReadings LITERAL =
      readings(
          SYNTAX.without(Rule.BACKSLASH_ESCAPES).without(Rule.BACKSLASH_ESCAPES_IN_DOUBLE_QUOTES));

  MySqlDialect() {
    super("MySQL/MariaDB", WATCHED, NO_SUCH_SAVEPOINT);
  }

  private static SqlReadings readings(SqlSyntax server) {
    SqlSyntax literal =
        SYNTAX.without(Rule.BACKSLASH_ESCAPES).without(Rule.BACKSLASH_ESCAPES_IN_DOUBLE_QUOTES);
    return new SqlReadings(
        server,
        null,
        List.of(
            SYNTAX,
            literal,
            SYNTAX.without(Rule.BACKSLASH_ESCAPES_IN_DOUBLE_QUOTES),
            server.with(Rule.WIDE_CHARACTERS),
            DRIVER,
            DRIVER
                .without(Rule.BACKSLASH_ESCAPES)
                .without(Rule.BACKSLASH_ESCAPES_IN_DOUBLE_QUOTES)));
  }

  /**
   * {@inheritDoc}
   *
   * <p>Only with these settings does the server take more than one statement. Wherever one is named
   * and not turned off it may count, whichever the driver takes.
   */
  @Override
  boolean sendsSeveral(String jdbcUrl, Map<String, String> properties) {
    ConnectionSettings settings = new ConnectionSettings("", '?', '&', properties);
    return SENDS_SEVERAL.matcher(jdbcUrl).find()
        || settings.isOn("allowMultiQueries")
        || settings.isOn("rewriteBatchedStatements");
  }

  /** {@inheritDoc} A driver may join the executions of a batch, with semicolons in between. */
  @Override
  List<String> sentForms(String sql, Backslash backslash, Connection connection)
      throws SQLException {
    List<String> forms = super.sentForms(sql, backslash, connection);
    if (!sql.contains("--") && sql.indexOf('#') < 0) {
      return forms;
    }
    List<String> joined = new ArrayList<>(forms);
    for (String form : forms) {
      joined.add(form + ";" + form);
    }
    return joined;
  }

  /** {@inheritDoc} MariaDB's driver has it from the server's last answer. */
  @Override
  Backslash backslash(Connection connection) throws SQLException {
    return SERVER_STATUS.of(connection) instanceof Integer status
        ? ((status & NO_BACKSLASH_ESCAPES) != 0 ? Backslash.LITERAL : Backslash.ESCAPES)
        : Backslash.NOT_KNOWN;
  }

  /**
   * {@inheritDoc}
   *
   * <p>A server that takes several statements reads one after it has executed the one before, which
   * may have changed the mode. Nothing tells whether names are in double quotes, or which
   * characters are wide.
   */
  @Override
  SqlReadings readings(String sql, Backslash backslash, boolean sendsSeveral) {
    SqlReadings readings = backslash == Backslash.LITERAL ? LITERAL : ESCAPING;
    return sendsSeveral
        ? new SqlReadings(
            readings.server().with(Rule.STATEMENTS_AFTER_ROUTINES), null, readings.possible())
        : new SqlReadings(readings.server(), null, List.of());
  }

  @Override
  SqlVerdict judge(SqlStatement statement) {
    if (usesSavepoint(statement)) {
      return judgeSavepoint(statement);
    }
    if (statement.starts("SET")) {
      return judgeSet(statement);
    }
    if (statement.starts("BEGIN") && statement.holdsAnyOf(ENDING)) {
      String refusal = TransactionControl.refusal("The end of a transaction in a block");
      return statement.holdsAnyOf(Set.of("ROLLBACK"))
          ? SqlVerdict.rollback(refusal)
          : SqlVerdict.refused(refusal);
    }
    if (loadsRows(statement)) {
      return statement.holdsAnyOf(LEAVING) ? SqlVerdict.DIRTYING : SqlVerdict.PLAIN;
    }
    boolean temporaryTable =
        statement.starts("CREATE", "TEMPORARY", "TABLE")
            || statement.starts("CREATE", "OR", "REPLACE", "TEMPORARY", "TABLE")
            || statement.starts("DROP", "TEMPORARY", "TABLE");
    if (temporaryTable || SESSION.contains(statement.token(0))) {
      return SqlVerdict.DIRTYING;
    }
    if (PLAIN.contains(statement.token(0))) {
      return statement.holdsAnyOf(LEAVING) ? SqlVerdict.DIRTYING : SqlVerdict.PLAIN;
    }
    if (statement.starts("HANDLER")) {
      return SqlVerdict.SELF_COMMITTING.and(SqlVerdict.LASTING_LOCK);
    } else if (statement.starts("BACKUP")) {
      return SqlVerdict.COMMITTING.and(SqlVerdict.LASTING_LOCK);
    }
    return COMMITTING.contains(statement.token(0))
        ? SqlVerdict.COMMITTING
        : SqlVerdict.SELF_COMMITTING;
  }

  private static boolean loadsRows(SqlStatement statement) {
    return statement.starts("LOAD", "DATA") || statement.starts("LOAD", "XML");
  }

  private SqlVerdict judgeSet(SqlStatement set) {
    if (set.starts("SET", "STATEMENT") && set.indexOf("FOR") > 0) {
      return judgeSetStatement(set);
    }
    boolean changesAccounts = set.starts("SET", "PASSWORD") || set.starts("SET", "DEFAULT");
    return changesAccounts ? SqlVerdict.COMMITTING : SqlVerdict.DIRTYING;
  }

  /** An expression may have a FOR in it, so the statement may begin after any. */
  private SqlVerdict judgeSetStatement(SqlStatement set) {
    SqlVerdict verdict = SqlVerdict.DIRTYING;
    for (int i = set.indexOf("FOR"); i < set.size(); i++) {
      if (set.token(i).equals("FOR")) {
        SqlStatement inner = set.after(i + 1);
        @Nullable SqlVerdict refusal = TransactionControl.judge(inner);
        verdict = verdict.and(refusal == null ? judge(inner) : refusal);
      }
    }
    return verdict;
  }

  @Override
  public void checkConnectable(String jdbcUrl, Map<String, String> properties) {
    String reconnects =
        "a connection must not be replaced inside a transaction. Remove it; the executor reconnects"
            + " between transactions.";
    ConnectionSettings settings = new ConnectionSettings(jdbcUrl, '?', '&', properties);
    settings.refuse("autoReconnect", true, reconnects);
    settings.refuse("autoReconnectForPools", true, reconnects);
    settings.refuse("transactionReplay", true, reconnects);
    settings.refuse("pool", true, "a pooled session outlives its worker's connection. Remove it.");
    if (jdbcUrl.toLowerCase(Locale.ROOT).matches("jdbc:(mariadb|mysql):[a-z-]+:.*")) {
      throw new IllegalArgumentException(
          "jdbcUrl "
              + Secrets.display(jdbcUrl).split("\\?", 2)[0]
              + " may change the server inside a transaction. List the hosts without a mode:"
              + " jdbc:mariadb://host1,host2/database takes the first that answers.");
    }
  }

  /**
   * {@inheritDoc} MariaDB's driver sends both statements of the batch before it reads an answer.
   */
  @Override
  public void beginNow(Connection connection, IdleLimit limit) throws SQLException {
    if (!limit.isDue()) {
      mark(connection);
      return;
    }
    try (Statement statement = connection.createStatement()) {
      statement.addBatch("SET " + IDLE_LIMIT + " = " + limit.wanted());
      statement.addBatch(MARK);
      statement.executeBatch();
    }
    limit.isSet();
  }

  /**
   * {@inheritDoc}
   *
   * <p>MySQL has no such variable. Inside a transaction the limit takes the place of wait_timeout,
   * so it must not be longer. A user's own limit for transactions that read, or that write, goes
   * before ours.
   */
  @Override
  public IdleLimit idleLimit(Connection connection, ConnectionTarget target) throws SQLException {
    if (target.names(IDLE_LIMIT) || !isMariaDb(connection)) {
      return IdleLimit.none();
    }
    try {
      String longest =
          queryForText(connection, "SELECT IF(@@" + IDLE_LIMIT + " = 0, @@wait_timeout, 0)");
      return new IdleLimit(Integer.parseInt(longest));
    } catch (SQLException e) {
      if (e.getErrorCode() != NO_SUCH_VARIABLE) {
        throw e;
      }
      return IdleLimit.none();
    }
  }

  private static boolean isMariaDb(Connection connection) throws SQLException {
    String version = connection.getMetaData().getDatabaseProductVersion();
    return version.toLowerCase(Locale.ROOT).contains("mariadb");
  }

  @Override
  public SqlVerdict judgeSetting() {
    return SqlVerdict.DIRTYING;
  }

  @Override
  public boolean canTakeMark() {
    return true;
  }

  @Override
  public boolean takeMark(Connection connection) throws SQLException {
    return findsMark(connection, "RELEASE SAVEPOINT " + SAVEPOINT);
  }

  @Override
  public void beforeCommit(Connection connection) throws SQLException {
    if (!takeMark(connection)) {
      throw new TransactionEndedException(
          "the database ended the transaction before the task returned: by a deadlock that the task"
              + " or a procedure caught, or by a commit or rollback in a procedure. Let the failure"
              + " leave the task, and the end of the transaction to the executor.",
          null);
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>ROLLBACK is sent as a text: the driver leaves it out if the server says that there is no
   * transaction, which it also says after changes of tables that have none.
   */
  @Override
  public Rollback rollBack(Connection connection, boolean marked, boolean ownSession)
      throws SQLException {
    boolean whole = !marked || takeMark(connection);
    try (Statement statement = connection.createStatement()) {
      statement.execute("ROLLBACK");
      for (SQLWarning each = statement.getWarnings(); each != null; each = each.getNextWarning()) {
        if (each.getErrorCode() == NOT_COMPLETE_ROLLBACK) {
          return Rollback.INCOMPLETE;
        }
      }
    }
    return whole ? Rollback.WHOLE : Rollback.ENDED_BEFORE;
  }

  /** {@inheritDoc} The warning comes with the error, and the next statement takes it away. */
  @Override
  public boolean keptRowsAtEnd(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet warnings = statement.executeQuery("SHOW WARNINGS")) {
      while (warnings.next()) {
        if (warnings.getInt("Code") == NOT_COMPLETE_ROLLBACK) {
          return true;
        }
      }
      return false;
    }
  }

  @Override
  public boolean mayKeepRows(Connection connection) throws SQLException {
    return !queryForText(connection, TABLE_WITHOUT_TRANSACTIONS).isEmpty();
  }

  /** {@inheritDoc} Nothing but an attempt tells whether the transaction is read-only. */
  @Override
  public boolean refusesWrite(SQLException failure) {
    return failure.getErrorCode() == READ_ONLY_TRANSACTION;
  }

  @Override
  public boolean endsTransaction(SQLException failure) {
    return failure.getErrorCode() == DEADLOCK || super.endsTransaction(failure);
  }

  @Override
  public boolean mayEndTransaction(SQLException failure) {
    return MAY_END.contains(failure.getErrorCode());
  }

  @Override
  public @Nullable Cause retryCause(SQLException failure) {
    return switch (failure.getErrorCode()) {
      case DEADLOCK, LOCK_TIMEOUT -> Cause.DEADLOCK;
      case RECORD_HAS_CHANGED -> Cause.SERIALIZATION_FAILURE;
      default -> super.retryCause(failure);
    };
  }

  /** {@inheritDoc} The driver knows what it was told, not what the server has by default. */
  @Override
  public boolean isReadOnly(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet set =
            statement.executeQuery(
                "SHOW SESSION VARIABLES WHERE Variable_name"
                    + " IN ('tx_read_only', 'transaction_read_only') AND Value = 'ON'")) {
      return set.next() || connection.isReadOnly();
    }
  }

  /**
   * Holds a lock of the mark's name as long as no task gives it back, and returns the session's
   * connection id, the lock and, if it can be told, the server: connection ids are given out again
   * when that restarts.
   */
  @Override
  public String markSession(Connection connection, String mark) throws SQLException {
    String id;
    try {
      id = queryForText(connection, MARK_SESSION.formatted(serverOf(connection)), mark, mark);
    } catch (SQLException noSuchTable) {
      id = queryForText(connection, MARK_SESSION.formatted("NULL"), mark, mark);
    }
    return id.equals(mark) || id.startsWith(mark + " ") ? "" : id;
  }

  /** Returns a query for the server that a session is in, and for when that was started. */
  private static String serverOf(Connection connection) throws SQLException {
    return SERVER.formatted(
        isMariaDb(connection)
            ? "information_schema.GLOBAL_STATUS"
            : "performance_schema.global_status");
  }

  /**
   * {@inheritDoc}
   *
   * <p>All locks go in one call, and with them the mark, which is taken again in the same
   * statement. The transaction has ended, so a settlement that misses the mark in between is right
   * about all that matters. A mark that is lost makes the statement fail, and the session with it.
   * The driver is told of autocommit by the server; one that is not sets it once more.
   */
  @Override
  public void turnAutoCommitOn(Connection connection, String session) throws SQLException {
    boolean marked = !session.isEmpty();
    String taken = marked ? "GET_LOCK(?, 0) = 1" : "TRUE";
    try (PreparedStatement release =
        connection.prepareStatement(
            "SET autocommit = IF(RELEASE_ALL_LOCKS() >= 0 AND " + taken + ", 1, NULL)")) {
      if (marked) {
        release.setString(1, markIn(session));
      }
      release.execute();
    } catch (SQLException e) {
      if (e.getErrorCode() != NO_SUCH_FUNCTION) {
        throw e;
      }
    }
    connection.setAutoCommit(true);
  }

  private static String markIn(String session) {
    return session.split(" ", 3)[1];
  }

  /**
   * {@inheritDoc}
   *
   * <p>Locks of whole tables outlive the transaction, too. They are given up before the session is
   * closed, because the server takes its time for that.
   */
  @Override
  public void releaseLocks(Connection connection, String session, boolean dirtied)
      throws SQLException {
    if (dirtied) {
      execute(connection, "UNLOCK TABLES");
    }
    super.releaseLocks(connection, session, dirtied);
  }

  /**
   * {@inheritDoc}
   *
   * <p>The holder of the mark is the session. A task, or a function out of sight, may have given
   * the mark back: then the session is known by its connection id, in a server that has not been
   * restarted since.
   */
  @Override
  public SessionState endSession(Connection connection, String id, boolean end)
      throws SQLException {
    String[] parts = id.split(" ", 3);
    boolean isMarkOnly = parts.length < 3;
    String server = isMarkOnly ? "" : parts[2];
    String query = FIND_SESSION.formatted(isMarkOnly ? "NULL" : serverOf(connection));
    String found = queryForText(connection, query, parts[1], parts[0], server, parts[0], server);
    long session = Long.parseLong(parts[0]);
    return switch (found) {
      case "lives" -> {
        if (end) {
          kill(connection, session);
        }
        yield SessionState.ALIVE;
      }
      case "unseen" -> end ? kill(connection, session) : SessionState.GONE;
      case "restarted" -> SessionState.GONE;
      default -> SessionState.NOT_KNOWN;
    };
  }

  /**
   * Ends a session that is known to be the one, if it is there. The server refuses while the
   * session is inside a routine that has the rights of another user, and hides it from its own.
   */
  private static SessionState kill(Connection connection, long id) throws SQLException {
    try {
      execute(connection, "KILL " + id);
    } catch (SQLException e) {
      if (e.getErrorCode() == NO_SUCH_THREAD) {
        return SessionState.GONE;
      } else if (e.getErrorCode() != KILL_DENIED) {
        throw e;
      }
    }
    return SessionState.ALIVE;
  }

  /** {@inheritDoc} Other engines would keep the row of a transaction that was rolled back. */
  @Override
  public List<String> ledgerDefinition(String table) {
    return List.of(
        "CREATE TABLE "
            + table
            + " (id VARBINARY(820) NOT NULL PRIMARY KEY, kind VARCHAR(9) NOT NULL,"
            + " result MEDIUMBLOB, fingerprint VARBINARY(820), expires_at DATETIME NOT NULL,"
            + " INDEX (expires_at)) ENGINE = InnoDB");
  }

  @Override
  public String clock(long secondsAhead) {
    return "(UTC_TIMESTAMP() + INTERVAL " + secondsAhead + " SECOND)";
  }

  @Override
  public boolean isDuplicateKey(SQLException failure) {
    return failure.getErrorCode() == DUPLICATE_KEY;
  }

  @Override
  public boolean isLockTimeout(SQLException failure) {
    return failure.getErrorCode() == LOCK_WAIT_TIMEOUT;
  }

  @Override
  public boolean isDriverThread(Thread thread) {
    String name = thread.getName().toLowerCase(Locale.ROOT);
    return name.startsWith("mariadb-")
        || name.startsWith("mysql-cj-")
        || name.equals("mysql statement cancellation timer");
  }
}
