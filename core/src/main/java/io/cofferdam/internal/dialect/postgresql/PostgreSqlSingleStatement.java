package io.cofferdam.internal.dialect.postgresql;

import java.util.Locale;
import java.util.Set;

/**
 * Tells texts that are one query or one change of rows, whoever reads them and however. PostgreSQL
 * separates statements by semicolons only, and such a statement cannot end the transaction, because
 * what it calls cannot either.
 *
 * <p>So there is no need to know where a string or a comment ends: a text with a semicolon anywhere
 * but at its end is none of these, and neither is one with a character that the driver replaces, or
 * that begins what is read in several ways: a brace, a backslash, a dollar, a comment, anything
 * outside of ASCII.
 */
final class PostgreSqlSingleStatement {

  private static final Set<String> KINDS =
      Set.of("SELECT", "INSERT", "UPDATE", "DELETE", "VALUES", "MERGE", "WITH");

  private static final int LONGEST_KIND = 6;

  private PostgreSqlSingleStatement() {}

  static boolean is(String sql) {
    int start = 0;
    int end = sql.length();
    while (start < end && isSpace(sql.charAt(start))) {
      start++;
    }
    while (start < end && (isSpace(sql.charAt(end - 1)) || sql.charAt(end - 1) == ';')) {
      end--;
    }
    return beginsAsOne(sql, start, end) && isPlain(sql, start, end);
  }

  private static boolean beginsAsOne(String sql, int start, int end) {
    int letters = start;
    while (letters < end && letters - start <= LONGEST_KIND && isLetter(sql.charAt(letters))) {
      letters++;
    }
    return letters < end
        && !isPartOfWord(sql.charAt(letters))
        && KINDS.contains(sql.substring(start, letters).toUpperCase(Locale.ROOT));
  }

  private static boolean isPlain(String sql, int start, int end) {
    for (int i = start; i < end; i++) {
      char c = sql.charAt(i);
      boolean isPlain =
          switch (c) {
            case ';', '{', '}', '\\', '$' -> false;
            case '-', '/' -> i + 1 == end || !beginsComment(c, sql.charAt(i + 1));
            default -> isSpace(c) || (c >= ' ' && c <= '~');
          };
      if (!isPlain) {
        return false;
      }
    }
    return true;
  }

  private static boolean beginsComment(char first, char second) {
    return first == '-' ? second == '-' : second == '*' || second == '/';
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isPartOfWord(char c) {
    return isLetter(c) || (c >= '0' && c <= '9') || c == '_' || c > '~';
  }
}
