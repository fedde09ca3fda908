package io.cofferdam.internal.dialect.h2;

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
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How H2 reads SQL texts, in all of its modes. */
final class H2Rules extends GenericRules {

  private static final Set<String> PLAIN =
      Set.of(
          "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "VALUES", "TABLE", "SHOW",
          "EXPLAIN");

  private static final Set<String> OF_THE_SESSION =
      Set.of("@", "SCHEMA", "SCHEMA_SEARCH_PATH", "LOCK_TIMEOUT", "QUERY_TIMEOUT");

  /** What commits at most; others execute what is not in their text, and may roll back. */
  private static final Set<String> DEFINING =
      Set.of(
          "CREATE",
          "ALTER",
          "DROP",
          "TRUNCATE",
          "GRANT",
          "REVOKE",
          "COMMENT",
          "ANALYZE",
          "SET",
          "CHECKPOINT",
          "SCRIPT",
          "BACKUP",
          "USE",
          "PREPARE",
          "DEALLOCATE",
          "HELP");

  /** Functions of the database itself that execute definitions. */
  private static final Set<String> DEFINING_FUNCTIONS = Set.of("LINK_SCHEMA");

  private static final Set<String> WATCHED = Set.of("@", ":=", "LINK_SCHEMA");

  private static final SqlSyntax SYNTAX =
      SqlSyntax.of(
          Letters.JAVA,
          Rule.BACKTICK_NAMES,
          Rule.DOLLAR_QUOTES,
          Rule.NESTED_COMMENTS,
          Rule.SLASH_COMMENTS,
          Rule.RETURN_ENDS_COMMENT);

  /** With the names that the modes of other databases add. */
  private static final SqlReadings READINGS =
      new SqlReadings(
          SYNTAX,
          null,
          List.of(
              SYNTAX.with(Rule.BRACKET_NAMES),
              SYNTAX.with(Rule.HASH_IN_NAMES),
              SYNTAX.with(Rule.BRACKET_NAMES, Rule.HASH_IN_NAMES)));

  @Override
  public Set<String> watched() {
    return WATCHED;
  }

  @Override
  public Backslash backslash(Connection connection) {
    return Backslash.LITERAL;
  }

  @Override
  public SqlReadings readings(String sql, Backslash backslash, boolean sendsSeveral) {
    return READINGS;
  }

  @Override
  public SqlVerdict judge(SqlStatement statement, String sql) {
    if (TransactionControl.usesSavepoint(statement)) {
      return TransactionControl.judgeSavepoint(statement, this);
    }
    if (PLAIN.contains(statement.token(0))) {
      if (statement.holdsAnyOf(DEFINING_FUNCTIONS)) {
        return SqlVerdict.SELF_COMMITTING;
      }
      return statement.holdsWatched() ? SqlVerdict.DIRTYING : SqlVerdict.PLAIN;
    }
    if (statement.starts("SET", "EXCLUSIVE")) {
      return SqlVerdict.refused(
          "SET EXCLUSIVE is not allowed in a task: it would stop the other workers, and the"
              + " settlement of this one if it died. Execute it over a connection of your own.");
    }
    boolean setsSession = statement.starts("SET") && OF_THE_SESSION.contains(statement.token(1));
    if (setsSession) {
      return SqlVerdict.DIRTYING;
    }
    return DEFINING.contains(statement.token(0)) ? SqlVerdict.DEFINING : SqlVerdict.SELF_COMMITTING;
  }

  @Override
  public @Nullable String savepointRefusal(String name) {
    return SavepointTransactions.refusal(name);
  }
}
