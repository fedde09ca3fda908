package io.cofferdam.internal.dialect;

import io.cofferdam.RetryPolicy.Cause;
import io.cofferdam.internal.dialect.SqlSyntax.Letters;
import io.cofferdam.internal.dialect.SqlSyntax.Rule;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
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
 * PostgreSQL 14 and later. DDL is transactional and procedures cannot commit inside a transaction
 * block, so nothing commits by itself; the session is always cleaned, whatever was executed.
 */
final class PostgreSqlDialect extends GenericDialect {

  private static final String FAILED_TRANSACTION = "25P02";
  private static final String READ_ONLY = "25006";
  private static final String DEADLOCK = "40P01";
  private static final String INVALID_PARAMETER = "22023";
  private static final String DUPLICATE_KEY = "23505";

  /** The mark has no boolean value any more, or a pooler has another session that never had one. */
  private static final Set<String> LOST_MARK = Set.of("22P02", "42704");

  private static final String OWN_SETTINGS =
      "SET SESSION AUTHORIZATION DEFAULT; RESET ROLE; RESET ALL";

  /** Lets random() go on where nobody can foresee it. */
  private static final String RESEED =
      "SELECT pg_catalog.setseed(pg_catalog.int4(('x' || pg_catalog.left("
          + "CAST(pg_catalog.gen_random_uuid() AS pg_catalog.text), 8))::pg_catalog.bit(32))"
          + " / 2147483648.0)";

  /** DISCARD ALL, but for the plans and prepared statements that the driver holds on to. */
  private static final String CLEAN =
      "CLOSE ALL; "
          + OWN_SETTINGS
          + "; UNLISTEN *; SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES; "
          + RESEED;

  /**
   * What {@link #CLEAN} does and DISCARD PLANS and DEALLOCATE ALL, which the driver notices. The
   * role of the login comes back last.
   */
  private static final String DISCARD = "DISCARD ALL; RESET ROLE; " + RESEED;

  /**
   * When the server was started and when it last recovered from a crash, as it loses its statistics
   * then. Two sessions that see the same have not seen it forget a transaction id and give it to
   * another one in between.
   */
  private static final String SERVER_LIFE =
      "extract(epoch FROM pg_postmaster_start_time()) || '/'"
          + " || extract(epoch FROM pg_stat_get_bgwriter_stat_reset_time())";

  /** Whether this is a standby, and not the server of the session that is asked about. */
  private static final String OTHER_SERVERS_STANDBY =
      "pg_is_in_recovery()"
          + " AND CAST(extract(epoch FROM pg_postmaster_start_time()) AS text) <> ?";

  private static final String OTHER_ROLE = "role";

  private static final String UNLESS_LOGIN =
      "SELECT CASE WHEN current_user <> session_user THEN '" + OTHER_ROLE + "' ";

  private static final String MARK_SESSION =
      UNLESS_LOGIN
          + "ELSE (SELECT concat_ws(' ', pid, extract(epoch FROM backend_start), "
          + SERVER_LIFE
          + ") FROM pg_stat_get_activity(pg_backend_pid())) END";

  private static final String FIND_SESSION =
      UNLESS_LOGIN
          + "WHEN "
          + OTHER_SERVERS_STANDBY
          + " THEN 'standby' ELSE (SELECT CASE WHEN %s AND (wait_event = 'SyncRep'"
          + " OR current_setting('synchronous_standby_names') <> '')"
          + " THEN 'awaits' ELSE 'lives' END"
          + " FROM pg_stat_get_activity(CAST(? AS integer))"
          + " WHERE CAST(extract(epoch FROM backend_start) AS text) = ?) END";

  private static final String OPEN = "on";
  private static final String ENDED = "the transaction had been ended before by a statement of it";

  /**
   * The value outside the transaction stays if it is committed, the one inside goes with its end in
   * any case. As a prepared statement this is no slower than any other first statement.
   */
  private static final String MARK =
      "SET cofferdam.transaction = '"
          + ENDED
          + "'; SET LOCAL cofferdam.transaction = '"
          + OPEN
          + "'";

  private static final String IDLE_LIMIT = "idle_in_transaction_session_timeout";

  /** In seconds; the server counts milliseconds. */
  private static final int LONGEST_IDLE_LIMIT = Integer.MAX_VALUE / 1000;

  private static final String VALUE_OF_MARK =
      "SELECT pg_catalog.current_setting('cofferdam.transaction', true)";

  /** Fails, and says why, by what is no boolean value. */
  private static final String OPEN_CHECK =
      "SELECT CAST(pg_catalog.current_setting('cofferdam.transaction') AS pg_catalog.bool)";

  private static final String TRANSACTION_ID =
      "SELECT CASE WHEN pg_catalog.current_setting('cofferdam.transaction', true) = '"
          + OPEN
          + "' THEN CAST(pg_catalog.pg_current_xact_id_if_assigned() AS pg_catalog.text) ELSE '"
          + ENDED
          + "' END";

  private static final String FOREIGN_TABLE =
      "SELECT ftrelid FROM pg_catalog.pg_foreign_table LIMIT 1";

  private static final Set<String> LASTING = Set.of("PREPARE", "DEALLOCATE", "DISCARD", "LOAD");

  private static final Set<String> PLAIN =
      Set.of("SELECT", "WITH", "VALUES", "TABLE", "SHOW", "INSERT", "UPDATE", "DELETE", "MERGE");
  private static final Set<String> WRITING =
      Set.of("INSERT", "UPDATE", "DELETE", "MERGE", "INTO", "PG_NOTIFY");

  /** Statements that leave nothing but what the cleaning in the commit's round trip removes. */
  private static final Set<String> CLEANED =
      Set.of(
          "FETCH",
          "MOVE",
          "CLOSE",
          "DECLARE",
          "NOTIFY",
          "LISTEN",
          "UNLISTEN",
          "EXPLAIN",
          "COPY",
          "LOCK");

  /** Settings on which it depends what a statement means, or who may execute it. */
  private static final Set<String> NAMING =
      Set.of(
          "ROLE",
          "AUTHORIZATION",
          "CHARACTERISTICS",
          "SEARCH_PATH",
          "SCHEMA",
          "ROW_SECURITY",
          "NAMES",
          "CLIENT_ENCODING",
          "STANDARD_CONFORMING_STRINGS",
          "SESSION_AUTHORIZATION");

  /** Functions that leave in the session what no cleaning removes. */
  private static final Set<String> LEAVING =
      Set.of(
          "DBLINK_CONNECT",
          "DBLINK_CONNECT_U",
          "PG_CREATE_PHYSICAL_REPLICATION_SLOT",
          "PG_CREATE_LOGICAL_REPLICATION_SLOT",
          "PG_COPY_PHYSICAL_REPLICATION_SLOT",
          "PG_COPY_LOGICAL_REPLICATION_SLOT",
          "PG_REPLICATION_ORIGIN_SESSION_SETUP");

  /** What a block may do that no cleaning removes; words of it stand in other blocks, too. */
  private static final Pattern LASTING_IN_BODY =
      Pattern.compile(
          "\\bload\\b|\\bdblink_connect|_replication_slot\\b|\\bpg_replication_origin_session_setup\\b",
          Pattern.CASE_INSENSITIVE);

  /** Begins a name that may hold any function's in escapes. */
  private static final Pattern ESCAPED_NAME = Pattern.compile("U&\"", Pattern.CASE_INSENSITIVE);

  /** Functions that take a lock which outlives the transaction. */
  private static final Set<String> LOCKING =
      Set.of(
          "PG_ADVISORY_LOCK",
          "PG_ADVISORY_LOCK_SHARED",
          "PG_TRY_ADVISORY_LOCK",
          "PG_TRY_ADVISORY_LOCK_SHARED");

  private static final Set<String> WATCHED =
      Stream.of(WRITING, LEAVING, LOCKING)
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  /** A failed transaction, a lock that a deferred trigger did not get, a cancelled query. */
  private static final Set<String> REFUSALS =
      Set.of(FAILED_TRANSACTION, READ_ONLY, "55P03", "57014");

  /** Ended by an administrator, by the crash of another session, or the server is starting up. */
  private static final Set<String> ENDED_SESSION = Set.of("57P01", "57P02", "57P03");

  private static final Set<String> REFUSAL_CLASSES = Set.of("22", "23", "40", "42", "44", "P0");

  private static final String SETTING = "STANDARD_CONFORMING_STRINGS";

  /** Empties the driver's queue. Its public method would look for more on the network. */
  private static final DriverGetter NOTIFICATIONS =
      new DriverGetter(
          "org.postgresql.core.BaseConnection", "getQueryExecutor", "getNotifications");

  /** What the server has told with the end of its last answer. */
  private static final DriverGetter STATE =
      new DriverGetter("org.postgresql.core.BaseConnection", "getTransactionState");

  private static final DriverGetter REPORTED =
      new DriverGetter("org.postgresql.PGConnection", "getParameterStatuses");
  private static final DriverGetter BACKEND_PID =
      new DriverGetter("org.postgresql.PGConnection", "getBackendPID");
  private static final DriverGetter AUTOSAVE =
      new DriverGetter("org.postgresql.PGConnection", "getAutosave");

  private static final DriverGetter CONFORMING =
      new DriverGetter("org.postgresql.core.BaseConnection", "getStandardConformingStrings");

  private static final SqlSyntax SERVER =
      SqlSyntax.of(
          Letters.ANY_OUTSIDE_ASCII,
          Rule.ESCAPE_STRINGS,
          Rule.CONTINUED_STRINGS,
          Rule.DOLLAR_QUOTES,
          Rule.TAGGED_DOLLAR_QUOTES,
          Rule.NESTED_COMMENTS,
          Rule.RETURN_ENDS_COMMENT);

  private static final SqlSyntax DRIVER =
      SqlSyntax.of(
          Letters.JAVA_CHARS,
          Rule.QUOTES_OF_DRIVER,
          Rule.DOLLAR_QUOTES,
          Rule.TAGGED_DOLLAR_QUOTES,
          Rule.NESTED_COMMENTS,
          Rule.SHORT_COMMENTS,
          Rule.RETURN_ENDS_COMMENT);

  PostgreSqlDialect() {
    super("PostgreSQL", WATCHED);
  }

  @Override
  Backslash backslash(Connection connection) throws SQLException {
    return CONFORMING.of(connection) instanceof Boolean conforming
        ? (conforming ? Backslash.LITERAL : Backslash.ESCAPES)
        : Backslash.NOT_KNOWN;
  }

  /**
   * {@inheritDoc}
   *
   * <p>The driver cuts a text into statements, and the server takes no more than one in each part;
   * but the driver sends some texts as they are.
   */
  @Override
  SqlReadings readings(String sql, Backslash backslash, boolean sendsSeveral) {
    Backslash known = backslash == Backslash.NOT_KNOWN ? Backslash.LITERAL : backslash;
    boolean maySet =
        backslash == Backslash.NOT_KNOWN || sql.toUpperCase(Locale.ROOT).contains(SETTING);
    return new SqlReadings(
        SERVER.with(known),
        DRIVER.with(known),
        maySet ? List.of(SERVER.with(known.other())) : List.of());
  }

  /**
   * {@inheritDoc}
   *
   * <p>The driver's {@code nativeSQL} replaces no escapes. With a list of the columns to return, it
   * may leave out the semicolons.
   */
  @Override
  List<String> sentForms(String sql, Backslash backslash, Connection connection)
      throws SQLException {
    List<String> forms = new ArrayList<>(List.of(sql));
    if (sql.indexOf('{') >= 0) {
      forms.add(replaceEscapes(sql, backslash, connection));
    }
    if (sql.indexOf(';') >= 0) {
      forms.add(sql.replace(";", ""));
    }
    return forms;
  }

  private static String replaceEscapes(String sql, Backslash backslash, Connection connection)
      throws SQLException {
    try {
      Method replace =
          Class.forName("org.postgresql.core.Parser", false, connection.getClass().getClassLoader())
              .getMethod("replaceProcessing", String.class, boolean.class, boolean.class);
      return String.valueOf(replace.invoke(null, sql, true, backslash == Backslash.LITERAL));
    } catch (InvocationTargetException refusedByDriver) {
      return sql;
    } catch (ReflectiveOperationException unknownDriver) {
      return connection.nativeSQL(sql);
    }
  }

  /**
   * {@inheritDoc} The body of a DO block is a string, in which no statement is looked for; but
   * whatever a statement is for, it may call a function.
   */
  @Override
  SqlVerdict judge(SqlStatement statement, String sql) {
    SqlVerdict verdict = judge(statement);
    if (statement.holdsAnyOf(LEAVING)
        || ESCAPED_NAME.matcher(sql).find()
        || (statement.starts("DO") && leavesLasting(statement, sql))) {
      return verdict.and(SqlVerdict.LASTING);
    }
    return statement.holdsAnyOf(LOCKING) ? verdict.locking() : verdict;
  }

  private static boolean leavesLasting(SqlStatement block, String sql) {
    int language = block.indexOf("LANGUAGE");
    return (language > 0 && !block.token(language + 1).equals("PLPGSQL"))
        || LASTING_IN_BODY.matcher(sql).find();
  }

  @Override
  SqlVerdict judge(SqlStatement statement) {
    if (PLAIN.contains(statement.token(0))) {
      return statement.holdsAnyOf(WRITING) ? SqlVerdict.PLAIN : SqlVerdict.READING;
    }
    if (statement.starts("RESET", "ALL")) {
      return SqlVerdict.UNMARKING;
    }
    if (usesSavepoint(statement)) {
      return judgeSavepoint(statement);
    }
    if (CLEANED.contains(statement.token(0)) || setsValue(statement)) {
      return SqlVerdict.PLAIN;
    }
    return LASTING.contains(statement.token(0)) ? SqlVerdict.LASTING : SqlVerdict.DIRTYING;
  }

  /**
   * Returns whether it sets what has no influence on what names in other statements stand for, and
   * leaves the transaction fit for a row of the ledger.
   */
  private static boolean setsValue(SqlStatement statement) {
    boolean ofScope = statement.starts("SET", "LOCAL") || statement.starts("SET", "SESSION");
    return statement.starts("SET")
        && !NAMING.contains(statement.token(ofScope ? 2 : 1))
        && statement.indexOf("ONLY") < 0
        && statement.indexOf("TRANSACTION_READ_ONLY") < 0;
  }

  @Override
  public void checkConnectable(String jdbcUrl, Map<String, String> properties) {
    PostgreSqlTarget.check(new ConnectionSettings(jdbcUrl, '?', '&', properties));
  }

  @Override
  public ConnectionTarget target(String jdbcUrl, Map<String, String> user, String applicationName) {
    return PostgreSqlTarget.of(jdbcUrl, user, applicationName);
  }

  /**
   * {@inheritDoc}
   *
   * <p>The driver sends BEGIN in front of the first statement, as a query of its own: the server
   * goes on with the statement after a BEGIN that was cancelled. So the first statement is one that
   * nobody cancels. SET takes no snapshot: the task can still set the isolation level. The limit
   * goes with the transaction.
   */
  @Override
  public void beginNow(Connection connection, IdleLimit limit) throws SQLException {
    int seconds = limit.wanted();
    executePrepared(
        connection,
        seconds == IdleLimit.NONE
            ? MARK
            : MARK + "; SET LOCAL " + IDLE_LIMIT + " = '" + seconds + "s'");
  }

  /** {@inheritDoc} The value that the server or the role has is the user's, but for 0. */
  @Override
  public IdleLimit idleLimit(Connection connection, ConnectionTarget target) throws SQLException {
    boolean isOurs =
        !target.names(IDLE_LIMIT)
            && queryForText(
                    connection, "SELECT pg_catalog.current_setting('" + IDLE_LIMIT + "', true)")
                .equals("0");
    return isOurs ? new IdleLimit(LONGEST_IDLE_LIMIT) : IdleLimit.none();
  }

  @Override
  public SqlVerdict judgeSetting() {
    return SqlVerdict.DIRTYING;
  }

  @Override
  public void mark(Connection connection) throws SQLException {
    executePrepared(connection, MARK);
  }

  private static void executePrepared(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
  }

  @Override
  public TransactionStatus status(Connection connection) throws SQLException {
    return switch (String.valueOf(STATE.of(connection))) {
      case "IDLE" -> TransactionStatus.NONE;
      case "OPEN" -> TransactionStatus.OPEN;
      case "FAILED" -> TransactionStatus.FAILED;
      default -> TransactionStatus.NOT_KNOWN;
    };
  }

  /**
   * {@inheritDoc}
   *
   * <p>PostgreSQL answers the commit of a failed transaction with a rollback, which current drivers
   * report as success. The driver knows the state without asking; another one is asked.
   */
  @Override
  public void beforeCommit(Connection connection) throws SQLException {
    switch (status(connection)) {
      case OPEN -> {}
      case FAILED -> throw failed(null);
      case NONE -> throw new TransactionEndedException();
      case NOT_KNOWN -> probe(connection);
    }
  }

  private static void probe(Connection connection) throws SQLException {
    try {
      execute(connection, "SELECT 1");
    } catch (SQLException e) {
      throw sqlState(e).equals(FAILED_TRANSACTION) ? failed(e) : e;
    }
  }

  private static SQLException failed(@Nullable SQLException cause) {
    return new SQLException(
        "a statement of the transaction failed, so PostgreSQL can only roll it back. Let the"
            + " exception of that statement leave the task, or use a savepoint around it.",
        FAILED_TRANSACTION,
        cause);
  }

  @Override
  public String openCheck() {
    return OPEN_CHECK;
  }

  @Override
  public boolean failsOpenCheck(SQLException failure) {
    return LOST_MARK.contains(sqlState(failure));
  }

  /**
   * {@inheritDoc}
   *
   * <p>A transaction that has failed does not tell its mark any more. What is there after the
   * rollback then shows whether it had been committed before; behind a pooler it may be that of
   * somebody else.
   */
  @Override
  public Rollback rollBack(Connection connection, boolean marked, boolean ownSession)
      throws SQLException {
    TransactionStatus status = status(connection);
    if (!marked || status == TransactionStatus.NONE) {
      connection.rollback();
      return marked ? Rollback.ENDED_BEFORE : Rollback.WHOLE;
    }
    if (status != TransactionStatus.FAILED) {
      try {
        return firstText(connection, VALUE_OF_MARK + "; ROLLBACK").equals(OPEN)
            ? Rollback.WHOLE
            : Rollback.ENDED_BEFORE;
      } catch (SQLException cancelledOrBroken) {
        return rollBackFailed(connection, ownSession);
      }
    }
    return rollBackFailed(connection, ownSession);
  }

  private Rollback rollBackFailed(Connection connection, boolean ownSession) throws SQLException {
    String after =
        commitsInText(connection)
            ? firstText(connection, "ROLLBACK; " + VALUE_OF_MARK)
            : markAfterRollback(connection);
    if (!after.equals(ENDED)) {
      return Rollback.WHOLE;
    }
    return ownSession ? Rollback.ENDED_BEFORE : Rollback.NOT_KNOWN;
  }

  /**
   * Rolls back by the driver's own method: a driver that sets a savepoint before each text would do
   * so in the failed transaction.
   */
  private static String markAfterRollback(Connection connection) throws SQLException {
    connection.rollback();
    String mark = firstText(connection, VALUE_OF_MARK);
    connection.rollback();
    return mark;
  }

  /** Executes a text and returns the first column of the first row in it. */
  private static String firstText(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      boolean isQuery = statement.execute(sql);
      if (!isQuery && !statement.getMoreResults()) {
        throw new SQLException("no row from: " + sql);
      }
      try (ResultSet row = statement.getResultSet()) {
        @Nullable String text = row.next() ? row.getString(1) : null;
        return text == null ? "" : text;
      }
    }
  }

  @Override
  public boolean endsTransaction(SQLException failure) {
    return false;
  }

  @Override
  boolean refusesCommit(String sqlState) {
    return REFUSALS.contains(sqlState)
        || (sqlState.length() == 5 && REFUSAL_CLASSES.contains(sqlState.substring(0, 2)));
  }

  @Override
  public @Nullable Cause retryCause(SQLException failure) {
    String state = sqlState(failure);
    if (state.equals(DEADLOCK)) {
      return Cause.DEADLOCK;
    }
    return ENDED_SESSION.contains(state) ? Cause.CONNECTION_LOST : super.retryCause(failure);
  }

  /** {@inheritDoc} That of {@code readOnlyMode=always} is a setting, which RESET ALL takes back. */
  @Override
  public String lostByCleaning(Connection connection) throws SQLException {
    boolean byDefault =
        queryForText(connection, "SELECT current_setting('default_transaction_read_only')")
            .equals("on");
    return byDefault ? "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY" : "";
  }

  /**
   * {@inheritDoc}
   *
   * <p>What a task may have changed about the meaning of statements makes server-prepared ones fail
   * in later tasks, so these are forgotten with it. DISCARD ALL comes first: it is refused inside a
   * transaction, and so is it after another statement of the same text.
   */
  @Override
  public boolean cleanSession(Connection connection, boolean dirtied) throws SQLException {
    if (dirtied) {
      execute(connection, DISCARD);
      return true;
    }
    executePrepared(connection, CLEAN);
    return true;
  }

  /**
   * {@inheritDoc}
   *
   * <p>The driver notices, and prepares anew. The server refuses it in a failed transaction, which
   * has only savepoints to go back to.
   */
  @Override
  public boolean forgetStatements(Connection connection) throws SQLException {
    if (!"OPEN".equals(String.valueOf(STATE.of(connection)))) {
      return false;
    }
    execute(connection, "DEALLOCATE ALL");
    return true;
  }

  /** {@inheritDoc} The server sends no notification after UNLISTEN; earlier ones are queued. */
  @Override
  public void cleanDriver(Connection connection) throws SQLException {
    super.cleanDriver(connection);
    if (NOTIFICATIONS.of(connection) == null) {
      throw new SQLException("the driver does not tell which notifications it holds");
    }
  }

  @Override
  public void releaseLocks(Connection connection, String session, boolean dirtied)
      throws SQLException {
    turnAutoCommitOn(connection, session);
    execute(connection, "SELECT pg_advisory_unlock_all()");
  }

  /**
   * Returns the process id of the backend, its start in seconds since 1970, and the life of the
   * server, with spaces between them; nothing behind a pooler, which may give the backend to
   * somebody else at any time. The driver was told another process id then.
   */
  @Override
  public String markSession(Connection connection, String mark) throws SQLException {
    String id = queryAsLogin(connection, MARK_SESSION);
    String[] parts = id.split(" ", 2);
    return parts[0].equals(String.valueOf(BACKEND_PID.of(connection))) ? id : "";
  }

  /** {@inheritDoc} Process id and start are matched by the very query that ends the session. */
  @Override
  public SessionState endSession(Connection connection, String id, boolean end)
      throws SQLException {
    String[] parts = id.split(" ", -1);
    String state =
        queryAsLogin(
            connection,
            FIND_SESSION.formatted(end ? "pg_terminate_backend(pid)" : "true"),
            startOf(lifeIn(id)),
            parts[0],
            parts[1]);
    refuseStandby(state);
    if (state.isEmpty()) {
      return SessionState.GONE;
    }
    return end && state.equals("awaits")
        ? SessionState.ENDED_AWAITING_REPLICAS
        : SessionState.ALIVE;
  }

  /**
   * Asks as the user who has logged in. A role that sessions take at their start may neither see
   * nor end them; then the query returns {@link #OTHER_ROLE}.
   */
  private static String queryAsLogin(Connection connection, String sql, String... parameters)
      throws SQLException {
    String answer = queryForText(connection, sql, parameters);
    if (!answer.equals(OTHER_ROLE)) {
      return answer;
    }
    execute(connection, "SET ROLE NONE");
    answer = queryForText(connection, sql, parameters);
    execute(connection, "RESET ROLE");
    return answer;
  }

  @Override
  public boolean hasTransactionIds() {
    return true;
  }

  @Override
  public String transactionId(Connection connection) throws SQLException {
    String id = queryForText(connection, TRANSACTION_ID);
    if (id.equals(ENDED)) {
      throw new TransactionEndedException();
    }
    return id;
  }

  /**
   * {@inheritDoc}
   *
   * <p>An id that has not been given out yet was lost by a crash of the server. One that has may be
   * given out for the second time, if the server has crashed since.
   */
  @Override
  public TransactionState stateOf(Connection connection, String session, String transactionId)
      throws SQLException {
    String life = lifeIn(session);
    try {
      String state =
          queryForText(
              connection,
              "SELECT CASE WHEN "
                  + OTHER_SERVERS_STANDBY
                  + " THEN 'standby' ELSE (SELECT CASE WHEN state = 'committed' AND "
                  + SERVER_LIFE
                  + " IS DISTINCT FROM ? THEN '' ELSE state END"
                  + " FROM pg_xact_status(CAST(? AS xid8)) AS state) END",
              startOf(life),
              life,
              transactionId);
      refuseStandby(state);
      return switch (state) {
        case "committed" -> TransactionState.COMMITTED;
        case "aborted" -> TransactionState.ROLLED_BACK;
        case "in progress" -> TransactionState.RUNNING;
        default -> TransactionState.FORGOTTEN;
      };
    } catch (SQLException e) {
      if (sqlState(e).equals(INVALID_PARAMETER)) {
        return TransactionState.ROLLED_BACK;
      }
      throw e;
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>postgres_fdw commits on the foreign servers first. What fails then, as the check of a
   * serializable transaction or the commit on another foreign server, does not take that back.
   */
  @Override
  public boolean mayCommitElsewhere(Connection connection) throws SQLException {
    return !queryForText(connection, FOREIGN_TABLE).isEmpty();
  }

  /** Returns the life of the server that a session was in; empty if it is not known. */
  private static String lifeIn(String session) {
    String[] parts = session.split(" ", -1);
    return parts.length == 3 ? parts[2] : "";
  }

  private static String startOf(String life) {
    return life.substring(0, Math.max(0, life.indexOf('/')));
  }

  private static void refuseStandby(String state) throws SQLException {
    if (state.equals("standby")) {
      throw new SQLException(
          "this is a standby, which knows neither the sessions nor the latest transactions of the"
              + " server that is asked about; add targetServerType=primary to the JDBC URL",
          READ_ONLY);
    }
  }

  @Override
  public boolean keptReadOnly(Connection connection) throws SQLException {
    return transactionId(connection).isEmpty();
  }

  /**
   * {@inheritDoc}
   *
   * <p>The driver knows what it was told to begin with, and the server reports its default and
   * whether it is a standby.
   */
  @Override
  public boolean refusesWrites(Connection connection, boolean mayHaveChanged) throws SQLException {
    boolean maybe =
        mayHaveChanged
            || connection.isReadOnly()
            || reports(connection, "default_transaction_read_only", "on")
            || reports(connection, "in_hot_standby", "on");
    return maybe
        && queryForText(connection, "SELECT pg_catalog.current_setting('transaction_read_only')")
            .equals("on");
  }

  /** Tells whether the server has reported a parameter with this value. */
  private static boolean reports(Connection connection, String parameter, String value)
      throws SQLException {
    return REPORTED.of(connection) instanceof Map<?, ?> reported
        && value.equals(reported.get(parameter));
  }

  @Override
  public boolean isDuplicateKey(SQLException failure) {
    return sqlState(failure).equals(DUPLICATE_KEY);
  }

  @Override
  public List<String> ledgerDefinition(String table) {
    return ledgerDefinition(table, "bytea", "bytea", "timestamptz");
  }

  @Override
  public String clock(long secondsAhead) {
    return "pg_catalog.clock_timestamp() + interval '" + secondsAhead + " seconds'";
  }

  /**
   * {@inheritDoc}
   *
   * <p>The server skips what follows a statement that failed. A driver that sets a savepoint around
   * each text would look for it after the commit.
   */
  @Override
  public boolean commitsInText(Connection connection) throws SQLException {
    return String.valueOf(AUTOSAVE.of(connection)).equals("NEVER");
  }

  @Override
  public String hasWritten() {
    return "pg_catalog.pg_current_xact_id_if_assigned() IS NOT NULL";
  }

  @Override
  public String cleaning() {
    return CLEAN;
  }

  @Override
  public String ownSettings() {
    return OWN_SETTINGS;
  }

  @Override
  public boolean isLockTimeout(SQLException failure) {
    return sqlState(failure).equals("55P03");
  }

  @Override
  public boolean isDriverThread(Thread thread) {
    return thread.getName().startsWith("PostgreSQL-JDBC-");
  }
}
