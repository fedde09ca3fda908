package io.cofferdam.internal.dialect.mysql;

import io.cofferdam.internal.dialect.ConnectionSettings;
import io.cofferdam.internal.dialect.DriverGetter;
import io.cofferdam.internal.dialect.generic.GenericRules;
import io.cofferdam.internal.dialect.generic.SavepointTransactions;
import io.cofferdam.internal.sql.Backslash;
import io.cofferdam.internal.sql.SqlReadings;
import io.cofferdam.internal.sql.SqlStatement;
import io.cofferdam.internal.sql.SqlSyntax;
import io.cofferdam.internal.sql.SqlSyntax.Letters;
import io.cofferdam.internal.sql.SqlSyntax.Rule;
import io.cofferdam.internal.sql.SqlVerdict;
import io.cofferdam.internal.sql.TransactionControl;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How MySQL and MariaDB read SQL texts. */
final class MySqlRules extends GenericRules {

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

  private static final SqlReadings ESCAPING = readingsOf(SYNTAX);

  private static final SqlReadings LITERAL =
      readingsOf(
          SYNTAX.without(Rule.BACKSLASH_ESCAPES).without(Rule.BACKSLASH_ESCAPES_IN_DOUBLE_QUOTES));

  private static SqlReadings readingsOf(SqlSyntax server) {
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
  public boolean sendsSeveral(String jdbcUrl, Map<String, String> properties) {
    ConnectionSettings settings = new ConnectionSettings("", '?', '&', properties);
    return SENDS_SEVERAL.matcher(jdbcUrl).find()
        || settings.isOn("allowMultiQueries")
        || settings.isOn("rewriteBatchedStatements");
  }

  @Override
  public Set<String> watched() {
    return WATCHED;
  }

  /** {@inheritDoc} A driver may join the executions of a batch, with semicolons in between. */
  @Override
  public List<String> sentForms(String sql, Backslash backslash, Connection connection)
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
  public Backslash backslash(Connection connection) throws SQLException {
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
  public SqlReadings readings(String sql, Backslash backslash, boolean sendsSeveral) {
    SqlReadings readings = backslash == Backslash.LITERAL ? LITERAL : ESCAPING;
    return sendsSeveral
        ? new SqlReadings(
            readings.server().with(Rule.STATEMENTS_AFTER_ROUTINES), null, readings.possible())
        : new SqlReadings(readings.server(), null, List.of());
  }

  @Override
  public SqlVerdict judge(SqlStatement statement, String sql) {
    return judgeStatement(statement);
  }

  private SqlVerdict judgeStatement(SqlStatement statement) {
    if (TransactionControl.usesSavepoint(statement)) {
      return TransactionControl.judgeSavepoint(statement, this);
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

  /**
   * MariaDB takes a role or a password among variables, too. With another role a task writes into
   * tables that nobody sees who looks, after its death, for those without transactions.
   */
  private SqlVerdict judgeSet(SqlStatement set) {
    if (set.starts("SET", "STATEMENT") && set.indexOf("FOR") > 0) {
      return judgeSetStatement(set);
    } else if (set.starts("SET", "PASSWORD") || set.starts("SET", "DEFAULT")) {
      return SqlVerdict.COMMITTING;
    } else if (set.indexOf("PASSWORD") > 0) {
      return SqlVerdict.SELF_COMMITTING;
    }
    return set.indexOf("ROLE") > 0 ? SqlVerdict.DEFINING : SqlVerdict.DIRTYING;
  }

  /** An expression may have a FOR in it, so the statement may begin after any. */
  private SqlVerdict judgeSetStatement(SqlStatement set) {
    SqlVerdict verdict = SqlVerdict.DIRTYING;
    for (int i = set.indexOf("FOR"); i < set.size(); i++) {
      if (set.token(i).equals("FOR")) {
        SqlStatement inner = set.after(i + 1);
        @Nullable SqlVerdict refusal = TransactionControl.judge(inner);
        verdict = verdict.and(refusal == null ? judgeStatement(inner) : refusal);
      }
    }
    return verdict;
  }

  @Override
  public SqlVerdict judgeSetting() {
    return SqlVerdict.DIRTYING;
  }

  @Override
  public @Nullable String savepointRefusal(String name) {
    return SavepointTransactions.refusal(name);
  }
}
