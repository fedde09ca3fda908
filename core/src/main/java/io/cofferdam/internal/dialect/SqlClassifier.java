package io.cofferdam.internal.dialect;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Splits an SQL text into statements, has each judged by the rules of a dialect, and remembers the
 * verdicts on short texts: the same few come again and again. Safe for concurrent use.
 */
final class SqlClassifier {

  private static final int REMEMBERED_TEXTS = 256;
  private static final int REMEMBERED_LENGTH = 4_096;

  private final SqlSyntax syntax;
  private final Set<String> watched;
  private final Function<SqlStatement, SqlVerdict> rules;
  private final Map<String, SqlVerdict> remembered =
      new LinkedHashMap<>(REMEMBERED_TEXTS, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SqlVerdict> eldest) {
          return size() > REMEMBERED_TEXTS;
        }
      };

  /**
   * @param watched the tokens that a statement notes wherever they stand
   */
  SqlClassifier(SqlSyntax syntax, Set<String> watched, Function<SqlStatement, SqlVerdict> rules) {
    this.syntax = syntax;
    this.watched = watched;
    this.rules = rules;
  }

  SqlVerdict classify(String sql) {
    if (sql.length() > REMEMBERED_LENGTH) {
      return judge(sql);
    }
    synchronized (remembered) {
      SqlVerdict known = remembered.get(sql);
      if (known == null) {
        known = judge(sql);
        remembered.put(sql, known);
      }
      return known;
    }
  }

  private SqlVerdict judge(String sql) {
    SqlTokens tokens = new SqlTokens(sql, syntax, true);
    SqlVerdict verdict = judge(tokens);
    if (tokens.sawExecutableComment()) {
      SqlVerdict ifSkipped = judge(new SqlTokens(sql, syntax, false));
      verdict = verdict.and(ifSkipped).and(SqlVerdict.SELF_COMMITTING);
    }
    return verdict;
  }

  private SqlVerdict judge(SqlTokens tokens) {
    SqlVerdict verdict = SqlVerdict.READING;
    SqlStatement statement = new SqlStatement(watched);
    for (String token = tokens.next(); token != null; token = tokens.next()) {
      if (token.equals(";") && !statement.isInsideBody(syntax)) {
        verdict = verdict.and(judge(statement));
        statement = new SqlStatement(watched);
      } else {
        statement.add(token);
      }
    }
    return verdict.and(judge(statement));
  }

  private SqlVerdict judge(SqlStatement statement) {
    if (statement.isEmpty()) {
      return SqlVerdict.READING;
    }
    @Nullable String refusal = TransactionControl.refusal(statement);
    if (refusal == null) {
      return rules.apply(statement);
    }
    return TransactionControl.rollsBack(statement)
        ? SqlVerdict.rollback(refusal)
        : SqlVerdict.refused(refusal);
  }
}
