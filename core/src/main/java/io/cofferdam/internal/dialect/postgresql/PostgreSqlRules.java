package io.cofferdam.internal.dialect.postgresql;

import io.cofferdam.internal.dialect.generic.GenericRules;
import io.cofferdam.internal.sql.Backslash;
import io.cofferdam.internal.sql.SqlReadings;
import io.cofferdam.internal.sql.SqlStatement;
import io.cofferdam.internal.sql.SqlSyntax;
import io.cofferdam.internal.sql.SqlSyntax.Letters;
import io.cofferdam.internal.sql.SqlSyntax.Rule;
import io.cofferdam.internal.sql.SqlVerdict;
import io.cofferdam.internal.sql.TransactionControl;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How PostgreSQL and its driver read SQL texts. */
final class PostgreSqlRules extends GenericRules {

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

  private static final String SETTING = "STANDARD_CONFORMING_STRINGS";

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

  @Override
  public Set<String> watched() {
    return WATCHED;
  }

  @Override
  public Backslash backslash(Connection connection) throws SQLException {
    return PostgreSqlDriver.backslash(connection);
  }

  /**
   * {@inheritDoc}
   *
   * <p>The driver cuts a text into statements, and the server takes no more than one in each part;
   * but the driver sends some texts as they are.
   */
  @Override
  public SqlReadings readings(String sql, Backslash backslash, boolean sendsSeveral) {
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
  public List<String> sentForms(String sql, Backslash backslash, Connection connection)
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
  public SqlVerdict judge(SqlStatement statement, String sql) {
    SqlVerdict verdict = judgeByKind(statement);
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

  private SqlVerdict judgeByKind(SqlStatement statement) {
    if (PLAIN.contains(statement.token(0))) {
      return statement.holdsAnyOf(WRITING) ? SqlVerdict.PLAIN : SqlVerdict.READING;
    }
    if (statement.starts("RESET", "ALL")) {
      return SqlVerdict.UNMARKING;
    }
    if (TransactionControl.usesSavepoint(statement)) {
      return TransactionControl.judgeSavepoint(statement, this);
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
  public boolean cannotEnd(String sql) {
    return PostgreSqlSingleStatement.is(sql);
  }

  @Override
  public SqlVerdict judgeSetting() {
    return SqlVerdict.DIRTYING;
  }
}
