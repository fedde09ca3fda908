package io.cofferdam.internal.sql;

import io.cofferdam.internal.sql.SqlSyntax.Rule;
import java.util.BitSet;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads an SQL text token by token: words in upper case (quoted identifiers too), single
 * characters, {@code :=}, {@code @@}, and {@link #LITERAL} for any string. Skips white space and
 * comments.
 */
final class SqlTokens {

  static final String LITERAL = "'";

  /** Stands for a quoted name that is too short to be a word, and might be taken for a sign. */
  static final String NAME = "\"";

  private static final String NO_BACKSLASHES = "BXU";

  private final String sql;
  private final SqlSyntax syntax;
  private final boolean entersExecutableComments;
  private int position;
  private int start;
  private boolean isLiteral;
  private boolean isName;
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

  /** {@return whether the token that was read last is a quoted name} */
  boolean isName() {
    return isName;
  }

  /**
   * Returns where a syntax finds semicolons and parameters in a text. Two readings that find them
   * at the same places see the same statements.
   */
  static BitSet structure(String sql, SqlSyntax syntax) {
    BitSet places = new BitSet();
    SqlTokens tokens = new SqlTokens(sql, syntax, true);
    while (tokens.advance()) {
      char c = sql.charAt(tokens.start);
      if (c == ';' || c == '?') {
        places.set(tokens.start);
      }
    }
    return places;
  }

  /** {@return the next token, or null at the end of the text} */
  @Nullable String next() {
    if (!advance()) {
      return null;
    } else if (isLiteral) {
      return LITERAL;
    } else if (isName) {
      String name = upperCase(sql.substring(start + 1, Math.max(start + 1, position - 1)));
      return name.length() > 1 ? name : NAME;
    }
    return upperCase(sql.substring(start, position));
  }

  /** Folds case as far as any database does: the Kelvin sign is a K to some. */
  private static String upperCase(String word) {
    return word.toLowerCase(Locale.ROOT).toUpperCase(Locale.ROOT);
  }

  private boolean advance() {
    skipBlanksAndComments();
    if (position >= sql.length()) {
      return false;
    }
    start = position;
    isLiteral = false;
    isName = false;
    char c = sql.charAt(position);
    if (c == '\'') {
      string(syntax.has(Rule.BACKSLASH_ESCAPES));
    } else if (c == '"' || (c == '`' && syntax.has(Rule.BACKTICK_NAMES))) {
      quoted(c, c == '"' && syntax.has(Rule.BACKSLASH_ESCAPES_IN_DOUBLE_QUOTES));
      isName = true;
    } else if (c == '[' && syntax.has(Rule.BRACKET_NAMES)) {
      int end = sql.indexOf(']', position);
      position = end < 0 ? sql.length() : end + 1;
      isName = true;
    } else if (c == '$' && syntax.has(Rule.DOLLAR_QUOTES) && skipDollarQuoted()) {
      isLiteral = true;
    } else if (syntax.letters().starts(sql.codePointAt(position))) {
      word();
    } else if (SqlSyntax.isDigit(c)) {
      number();
    } else if (sql.startsWith(":=", position) || sql.startsWith("@@", position)) {
      position += 2;
    } else {
      position++;
    }
    return true;
  }

  private void word() {
    while (position < sql.length() && continuesWord(sql.codePointAt(position))) {
      position += Character.charCount(sql.codePointAt(position));
    }
    if (position >= sql.length()) {
      return;
    }
    boolean oneLetter = position == start + 1;
    char letter = Character.toUpperCase(sql.charAt(start));
    char next = sql.charAt(position);
    if (next == '\'' && oneLetter) {
      prefixedString(letter);
    } else if (next == '&' && oneLetter && letter == 'U' && sql.startsWith("&'", position)) {
      position++;
      prefixedString(letter);
    }
  }

  private boolean continuesWord(int c) {
    return syntax.letters().continues(c) || (c == '#' && syntax.has(Rule.HASH_IN_NAMES));
  }

  private void prefixedString(char prefix) {
    if (syntax.has(Rule.QUOTES_OF_DRIVER)) {
      boolean isPrefix = prefix == 'E' && start > 0 && endsIdentifier(sql.charAt(start - 1));
      string(isPrefix || syntax.has(Rule.BACKSLASH_ESCAPES));
    } else if (syntax.has(Rule.ESCAPE_STRINGS) && NO_BACKSLASHES.indexOf(prefix) >= 0) {
      string(false);
    } else {
      boolean escapes = prefix == 'E' && syntax.has(Rule.ESCAPE_STRINGS);
      string(escapes || syntax.has(Rule.BACKSLASH_ESCAPES));
    }
  }

  private static boolean endsIdentifier(char c) {
    return " \t\n\r\f\",()[].;:+-*/%^<>=~!@#&|`?".indexOf(c) >= 0;
  }

  /** PostgreSQL reads what follows a number as a token of its own, others as a part of it. */
  private void number() {
    boolean digitsOnly = syntax.has(Rule.ESCAPE_STRINGS);
    while (position < sql.length()) {
      int c = sql.codePointAt(position);
      if (digitsOnly ? !SqlSyntax.isDigit(c) : !continuesWord(c)) {
        return;
      }
      position += Character.charCount(c);
    }
  }

  private void string(boolean backslashEscapes) {
    isLiteral = true;
    quoted('\'', backslashEscapes);
    while (syntax.has(Rule.CONTINUED_STRINGS)) {
      int next = continuation();
      if (next < 0) {
        return;
      }
      position = next;
      quoted('\'', backslashEscapes);
    }
  }

  /** {@return where the string goes on that has just ended, or -1} */
  private int continuation() {
    int next = position;
    boolean sawLineBreak = false;
    while (next < sql.length()) {
      char c = sql.charAt(next);
      if (c == '\'') {
        return sawLineBreak ? next : -1;
      } else if (c == '\n' || c == '\r') {
        sawLineBreak = true;
        next++;
      } else if (c == ' ' || c == '\t' || c == '\f' || c == 0x0b) {
        next++;
      } else if (sql.startsWith("--", next)) {
        next = endOfLine(next);
      } else {
        return -1;
      }
    }
    return -1;
  }

  private void quoted(char quote, boolean backslashEscapes) {
    position++;
    while (position < sql.length()) {
      char c = sql.charAt(position++);
      if (c == '\\' && backslashEscapes) {
        position++;
      } else if (c >= 0x80 && syntax.has(Rule.WIDE_CHARACTERS) && hidesNext()) {
        position++;
      } else if (c == quote) {
        boolean doubled = position < sql.length() && sql.charAt(position) == quote;
        if (!doubled || syntax.has(Rule.QUOTES_OF_DRIVER)) {
          return;
        }
        position++;
      }
    }
    position = sql.length();
  }

  private boolean hidesNext() {
    return position < sql.length() && sql.charAt(position) >= 0x40 && sql.charAt(position) < 0x7f;
  }

  private boolean skipDollarQuoted() {
    if (syntax.has(Rule.QUOTES_OF_DRIVER)
        && position > 0
        && syntax.letters().continues(sql.charAt(position - 1))) {
      return false;
    }
    int tagEnd = position + 1;
    if (syntax.has(Rule.TAGGED_DOLLAR_QUOTES)) {
      while (tagEnd < sql.length() && isTagPart(tagEnd)) {
        tagEnd += Character.charCount(sql.codePointAt(tagEnd));
      }
    }
    if (tagEnd >= sql.length() || sql.charAt(tagEnd) != '$') {
      return false;
    }
    String tag = sql.substring(position, tagEnd + 1);
    int end = sql.indexOf(tag, tagEnd + 1);
    position = end < 0 ? sql.length() : end + tag.length();
    return true;
  }

  private boolean isTagPart(int index) {
    int c = sql.codePointAt(index);
    return c != '$'
        && (index == position + 1 ? syntax.letters().starts(c) : syntax.letters().continues(c));
  }

  private void skipBlanksAndComments() {
    while (position < sql.length()) {
      int c = sql.codePointAt(position);
      if (syntax.letters().isBlank(c)) {
        position += Character.charCount(c);
      } else if (startsLineComment()) {
        position = endOfLine(position);
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
      return !syntax.has(Rule.SPACE_AFTER_DASHES)
          || position + 2 >= sql.length()
          || sql.charAt(position + 2) <= ' '
          || sql.charAt(position + 2) == 0x7f;
    }
    return (syntax.has(Rule.MYSQL_COMMENTS) && sql.charAt(position) == '#')
        || (syntax.has(Rule.SLASH_COMMENTS) && sql.startsWith("//", position));
  }

  private int endOfLine(int from) {
    int end = from;
    while (end < sql.length()
        && sql.charAt(end) != '\n'
        && (sql.charAt(end) != '\r' || !syntax.has(Rule.RETURN_ENDS_COMMENT))) {
      end++;
    }
    return end;
  }

  private void blockComment() {
    boolean executable =
        syntax.has(Rule.MYSQL_COMMENTS)
            && (sql.startsWith("!", position + 2) || sql.startsWith("M!", position + 2));
    sawExecutableComment |= executable;
    if (executable && entersExecutableComments) {
      position = sql.indexOf('!', position) + 1;
      while (position < sql.length() && SqlSyntax.isDigit(sql.charAt(position))) {
        position++;
      }
    } else {
      skipBlockComment();
    }
  }

  private void skipBlockComment() {
    int depth = 1;
    position += syntax.has(Rule.SHORT_COMMENTS) ? 1 : 2;
    while (position < sql.length() && depth > 0) {
      if (sql.startsWith("*/", position)) {
        depth--;
        position += 2;
      } else if (syntax.has(Rule.NESTED_COMMENTS) && sql.startsWith("/*", position)) {
        depth++;
        position += 2;
      } else {
        position++;
      }
    }
  }
}
