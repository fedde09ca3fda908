package io.cofferdam.internal.dialect;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads an SQL text token by token: words in upper case (quoted identifiers too), single
 * characters, {@code :=}, {@code @@}, and {@link #LITERAL} for any string. Skips white space and
 * comments.
 */
final class SqlTokens {

  static final String LITERAL = "'";

  private final String sql;
  private final SqlSyntax syntax;
  private final boolean entersExecutableComments;
  private int position;
  private boolean sawExecutableComment;

  /**
   * @param entersExecutableComments whether the content of a MySQL executable comment is read as
   *     part of the text, or skipped as a comment
   */
  SqlTokens(String sql, SqlSyntax syntax, boolean entersExecutableComments) {
    this.sql = sql;
    this.syntax = syntax;
    this.entersExecutableComments = entersExecutableComments;
  }

  boolean sawExecutableComment() {
    return sawExecutableComment;
  }

  /** Returns the next token, or null at the end of the text. */
  @Nullable String next() {
    skipBlanksAndComments();
    if (position >= sql.length()) {
      return null;
    }
    char c = sql.charAt(position);
    if (c == '\'') {
      return string(c, syntax.backslashEscapes());
    }
    if (c == '"' || c == '`') {
      return quotedIdentifier(c);
    }
    if (c == '$' && syntax.dollarQuotes() && skipDollarQuoted()) {
      return LITERAL;
    }
    if (isWordPart(c)) {
      return word();
    }
    if (sql.startsWith(":=", position) || sql.startsWith("@@", position)) {
      position += 2;
      return sql.substring(position - 2, position);
    }
    position++;
    return String.valueOf(c);
  }

  private String word() {
    int start = position;
    while (position < sql.length()
        && (isWordPart(sql.charAt(position)) || sql.charAt(position) == '$')) {
      position++;
    }
    boolean escapeString =
        position == start + 1
            && Character.toUpperCase(sql.charAt(start)) == 'E'
            && position < sql.length()
            && sql.charAt(position) == '\'';
    if (escapeString) {
      return string('\'', syntax.dollarQuotes() || syntax.backslashEscapes());
    }
    return sql.substring(start, position).toUpperCase(Locale.ROOT);
  }

  private static boolean isWordPart(char c) {
    return Character.isJavaIdentifierPart(c) && c != '$' && !Character.isIdentifierIgnorable(c);
  }

  private String string(char quote, boolean backslashEscapes) {
    skipQuoted(quote, backslashEscapes);
    return LITERAL;
  }

  private String quotedIdentifier(char quote) {
    int start = position + 1;
    skipQuoted(quote, quote == '"' && syntax.backslashEscapes());
    return sql.substring(start, Math.max(start, position - 1)).toUpperCase(Locale.ROOT);
  }

  private void skipQuoted(char quote, boolean backslashEscapes) {
    position++;
    while (position < sql.length()) {
      char c = sql.charAt(position++);
      if (c == '\\' && backslashEscapes) {
        position++;
      } else if (c == quote) {
        if (position >= sql.length() || sql.charAt(position) != quote) {
          return;
        }
        position++;
      }
    }
    position = sql.length();
  }

  private boolean skipDollarQuoted() {
    int tagEnd = position + 1;
    while (tagEnd < sql.length() && isWordPart(sql.charAt(tagEnd))) {
      tagEnd++;
    }
    boolean opens =
        tagEnd < sql.length()
            && sql.charAt(tagEnd) == '$'
            && !Character.isDigit(sql.charAt(position + 1));
    if (!opens) {
      return false;
    }
    String tag = sql.substring(position, tagEnd + 1);
    int end = sql.indexOf(tag, tagEnd + 1);
    position = end < 0 ? sql.length() : end + tag.length();
    return true;
  }

  private void skipBlanksAndComments() {
    while (position < sql.length()) {
      char c = sql.charAt(position);
      if (Character.isWhitespace(c) || Character.isIdentifierIgnorable(c)) {
        position++;
      } else if (startsLineComment()) {
        int end = sql.indexOf('\n', position);
        position = end < 0 ? sql.length() : end + 1;
      } else if (sql.startsWith("/*", position)) {
        blockComment();
      } else if (entersExecutableComments
          && sawExecutableComment
          && sql.startsWith("*/", position)) {
        position += 2;
      } else {
        return;
      }
    }
  }

  private boolean startsLineComment() {
    if (sql.startsWith("--", position)) {
      return !syntax.mySqlComments()
          || position + 2 >= sql.length()
          || sql.charAt(position + 2) <= ' ';
    }
    return (syntax.mySqlComments() && sql.charAt(position) == '#')
        || (syntax.slashComments() && sql.startsWith("//", position));
  }

  private void blockComment() {
    boolean executable =
        syntax.mySqlComments()
            && (sql.startsWith("!", position + 2) || sql.startsWith("M!", position + 2));
    sawExecutableComment |= executable;
    if (executable && entersExecutableComments) {
      position = sql.indexOf('!', position) + 1;
      while (position < sql.length() && Character.isDigit(sql.charAt(position))) {
        position++;
      }
    } else {
      skipBlockComment();
    }
  }

  private void skipBlockComment() {
    int depth = 1;
    position += 2;
    while (position < sql.length() && depth > 0) {
      if (sql.startsWith("*/", position)) {
        depth--;
        position += 2;
      } else if (syntax.nestedComments() && sql.startsWith("/*", position)) {
        depth++;
        position += 2;
      } else {
        position++;
      }
    }
  }
}
