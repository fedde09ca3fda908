package io.cofferdam.internal.dialect.generic;

import io.cofferdam.internal.sql.Backslash;
import io.cofferdam.internal.sql.SqlReadings;
import io.cofferdam.internal.sql.SqlRules;
import io.cofferdam.internal.sql.SqlStatement;
import io.cofferdam.internal.sql.SqlSyntax;
import io.cofferdam.internal.sql.SqlSyntax.Letters;
import io.cofferdam.internal.sql.SqlSyntax.Rule;
import io.cofferdam.internal.sql.SqlVerdict;
import io.cofferdam.internal.sql.TransactionControl;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Only what standard SQL promises; what is read in different ways elsewhere may be read so here.
 */
public class GenericRules implements SqlRules {

  private static final Set<String> PLAIN =
      Set.of("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "VALUES", "EXPLAIN");

  private static final SqlSyntax SYNTAX =
      SqlSyntax.of(Letters.JAVA, Rule.RETURN_ENDS_COMMENT, Rule.ROUTINE_BODIES);

  private static final SqlReadings READINGS =
      new SqlReadings(
          SYNTAX,
          null,
          List.of(
              SYNTAX.without(Rule.RETURN_ENDS_COMMENT),
              SYNTAX.with(Rule.BACKSLASH_ESCAPES),
              SYNTAX.with(
                  Rule.BACKSLASH_ESCAPES,
                  Rule.BACKSLASH_ESCAPES_IN_DOUBLE_QUOTES,
                  Rule.BACKTICK_NAMES,
                  Rule.MYSQL_COMMENTS,
                  Rule.SPACE_AFTER_DASHES),
              SYNTAX.with(
                  Rule.ESCAPE_STRINGS,
                  Rule.CONTINUED_STRINGS,
                  Rule.DOLLAR_QUOTES,
                  Rule.TAGGED_DOLLAR_QUOTES,
                  Rule.NESTED_COMMENTS),
              SYNTAX.with(
                  Rule.DOLLAR_QUOTES,
                  Rule.NESTED_COMMENTS,
                  Rule.SLASH_COMMENTS,
                  Rule.HASH_IN_NAMES),
              SYNTAX.with(Rule.BRACKET_NAMES),
              SYNTAX.with(Rule.BACKTICK_NAMES),
              new SqlSyntax(Letters.ANY_OUTSIDE_ASCII, SYNTAX.rules())));

  @Override
  public boolean sendsSeveral(String jdbcUrl, Map<String, String> properties) {
    return true;
  }

  @Override
  public Set<String> watched() {
    return Set.of();
  }

  @Override
  public Backslash backslash(Connection connection) throws SQLException {
    return Backslash.NOT_KNOWN;
  }

  @Override
  public SqlReadings readings(String sql, Backslash backslash, boolean sendsSeveral) {
    return READINGS;
  }

  @Override
  public List<String> sentForms(String sql, Backslash backslash, Connection connection)
      throws SQLException {
    if (sql.indexOf('{') < 0) {
      return List.of(sql);
    }
    try {
      @Nullable String replaced = connection.nativeSQL(sql);
      return replaced == null || replaced.equals(sql) ? List.of(sql) : List.of(sql, replaced);
    } catch (SQLException refusedByDriver) {
      return List.of(sql);
    }
  }

  @Override
  public boolean cannotEnd(String sql) {
    return false;
  }

  @Override
  public SqlVerdict judge(SqlStatement statement, String sql) {
    if (TransactionControl.usesSavepoint(statement)) {
      return TransactionControl.judgeSavepoint(statement, this);
    }
    return PLAIN.contains(statement.token(0)) ? SqlVerdict.PLAIN : SqlVerdict.SELF_COMMITTING;
  }

  /** {@inheritDoc} JDBC leaves it to the driver whether it commits. */
  @Override
  public SqlVerdict judgeSetting() {
    return SqlVerdict.DEFINING;
  }

  @Override
  public @Nullable String savepointRefusal(String savepoint) {
    return null;
  }
}
