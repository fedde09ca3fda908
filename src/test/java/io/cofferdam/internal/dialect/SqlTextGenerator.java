package io.cofferdam.internal.dialect;

import io.cofferdam.testkit.database.DatabaseKind;
import java.util.Random;

/**
 * Makes SQL texts around a statement that ends the transaction, which is hidden in some of them and
 * in the open in others: in strings, names, comments and escapes, well-formed or nearly so.
 */
final class SqlTextGenerator {

  private static final String[] SIGNS = {
    "'",
    "''",
    "\"",
    "\"\"",
    "`",
    "\\",
    "\\'",
    "\\\\",
    "\\\"",
    "$$",
    "$a$",
    "$\u00e9$",
    "$a\u00ad$",
    "$1",
    "$",
    "--",
    "-- ",
    "--x",
    "#",
    "//",
    "/*",
    "*/",
    "/*/",
    "*",
    "/",
    "{",
    "}",
    "{oj ",
    "{fn ",
    "{d '",
    "{ts '",
    "{?=call ",
    "{escape '",
    "{params ",
    "?",
    "??",
    "[",
    "]",
    "(",
    ")",
    ";",
    ",",
    "=",
    "||",
    ":=",
    "@@",
    "@",
    "&",
    "%",
    ":",
    "!"
  };

  private static final String[] BLANKS = {
    " ", " ", " ", "\n", "\r", "\r\n", "\t", "\f", "\u000b", "", "\u00a0", "\u2028", "\u3000",
    "\u0085", "\u001c", "\ufeff", "\u200b"
  };

  private static final String[] LETTERS = {
    "a",
    "E",
    "e",
    "N",
    "x",
    "B",
    "U&",
    "_",
    "1",
    "1e",
    "0x1",
    "1.5",
    "\u00ad",
    "\u00e9",
    "\u4e2d",
    "\u0301",
    "\u200b",
    "\u00a0",
    "\u2028",
    "\ufeff",
    "\u0085",
    "\u0001",
    "\u007f",
    "\ud835\udcb3",
    "\ud800",
    "\udc00",
    "\u212a",
    "commit_date",
    "CASE",
    "END",
    "AS",
    "BEGIN",
    "ATOMIC",
    "SELECT 1",
    "TO",
    "x"
  };

  private static final String[] PREFIXES = {
    "E", "e", "N", "n", "U&", "B", "X", "_utf8", "a", "1", "1E", "e "
  };

  private static final String[] TAGS = {
    "", "", "a", "\u00e9", "a\u00ad", "\u00ad", "a1", "1", "\u00a0", "\ud835\udcb3", "_"
  };

  private static final String[] EVERYWHERE = {
    "COMMIT", "COMMIT", "ROLLBACK", "commit work", "CoMmIt", "ROLLBACK WORK", "COMMIT AND CHAIN"
  };

  private final Random random;
  private final FuzzMode mode;
  private final DatabaseKind kind;
  private int wildness;

  SqlTextGenerator(long seed, FuzzMode mode) {
    this.random = new Random(seed);
    this.mode = mode;
    this.kind = mode.kind();
  }

  /** Returns a text; most are right somewhere, and others have a few things wrong. */
  String next() {
    wildness = Math.max(0, random.nextInt(30) - 15);
    String text =
        switch (random.nextInt(20)) {
          case 0 -> head() + soup(1 + random.nextInt(8)) + hidden() + soup(random.nextInt(6));
          case 1 -> gap() + control() + gap();
          case 2, 3 -> escaped();
          case 4 -> kind == DatabaseKind.POSTGRESQL ? routine() : statements();
          case 5 -> mode.copies() ? statements() : opaque() + oneOf("", ";" + gap() + statement());
          default -> statements();
        };
    return random.nextInt(5) == 0 ? mutated(text) : text;
  }

  private boolean isWild() {
    return random.nextInt(100) < wildness;
  }

  /** The driver waits for itself forever when one text starts two COPYs. */
  private String statements() {
    StringBuilder text = new StringBuilder(statement());
    while (random.nextInt(3) != 0) {
      text.append(gap()).append(';').append(gap());
      text.append(mode.copies() || random.nextInt(3) == 0 ? control() : statement());
    }
    return text.append(isWild() ? soup(1) : oneOf("", "", ";", gap(), " -- x")).toString();
  }

  /** Returns a statement that executes what stands in a string of it, or in a block. */
  private String opaque() {
    String inner = oneOf(oneOf(EVERYWHERE), "INSERT INTO h VALUES (2)", "SELECT 1", control());
    return switch (kind) {
      case POSTGRESQL ->
          oneOf(
              "DO " + dollars() + " BEGIN " + inner + "; END " + dollars(),
              "DO '" + inner + "'",
              "DO $$ BEGIN EXECUTE " + string() + "; END $$",
              "PREPARE fz AS " + inner,
              "EXPLAIN ANALYZE " + inner,
              "NOTIFY fz, " + string(),
              "CREATE TEMP TABLE fz ON COMMIT DROP AS " + inner,
              "SELECT 1_000, 0x1F, 1.5e3" + gap() + string(),
              "SELECT '{\"a\": 1}'::jsonb #> '{a}', '{1}'::int[], ARRAY[" + string() + "]",
              "SELECT U&'d!0061t' UESCAPE '!'" + hidden(),
              "WITH w AS (" + inner + ") SELECT 1" + gap() + name());
      case MARIADB ->
          oneOf(
              "EXECUTE IMMEDIATE '" + inner + "'",
              "BEGIN NOT ATOMIC " + inner + "; END",
              "IF 1 THEN " + inner + "; END IF",
              "SET STATEMENT max_statement_time = 9 FOR " + inner,
              "PREPARE fz FROM '" + inner + "'",
              "/*!" + oneOf("", "50000 ", "M", "999999 ") + inner + "*/",
              "/*M!" + oneOf("", "100000 ") + inner + " */",
              "SELECT 1 /*!" + gap() + hidden() + "*/",
              "SELECT 1 /*! /* */ */" + hidden(),
              "ANALYZE " + inner,
              "EXPLAIN EXTENDED " + inner,
              "CALL fz" + gap() + inner,
              "DO " + string(),
              "SET @fz = " + string() + ", " + oneOf("autocommit", "@@autocommit") + " = 1",
              "SELECT X'27', 0x27, _binary" + string());
      case H2 ->
          oneOf(
              "EXECUTE IMMEDIATE '" + inner + "'",
              "PREPARE fz AS " + inner,
              "EXPLAIN " + inner,
              "EXPLAIN ANALYZE " + inner,
              "CALL " + string(),
              "SET @fz = " + string(),
              "SET " + oneOf("LOCK_TIMEOUT", "QUERY_TIMEOUT", "AUTOCOMMIT", "MODE") + " 1000",
              "MERGE INTO h KEY(id) VALUES (3)" + gap() + hidden(),
              "SELECT * FROM FINAL TABLE (INSERT INTO h VALUES (2))" + gap() + name(),
              "SELECT JSON " + string() + ", U&'a' UESCAPE '!'" + hidden(),
              "WITH w AS (" + inner + ") SELECT 1" + gap() + name());
    };
  }

  private String statement() {
    StringBuilder text = new StringBuilder(head());
    for (int i = mode.copies() ? 0 : random.nextInt(3); i >= 0; i--) {
      text.append(mode.copies() ? string() : item())
          .append(gap())
          .append(i == 0 ? "" : ",")
          .append(gap());
    }
    return text.append(mode.copies() ? ")" : "").toString();
  }

  private String head() {
    return mode.copies() ? "COPY h FROM STDIN (DELIMITER ',', NULL " : "SELECT ";
  }

  private String item() {
    return switch (random.nextInt(12)) {
      case 0 -> "1";
      case 1 -> mode.hasParameters() || isWild() ? "?" : "2";
      case 2 -> "1 AS " + name();
      case 3 -> "1 AS " + name() + gap() + "," + gap() + "2 AS " + name();
      case 4 -> kind == DatabaseKind.MARIADB && !isWild() ? string() : dollarQuoted();
      case 5 -> "{fn ucase(" + string() + ")}";
      case 6 -> oneOf("{d '2026-01-01'}", "{t '10:00:00'}", "{ts '2026-01-01 10:00:00'}");
      case 7 -> "(" + string() + gap() + ")";
      case 8 -> oneOf("1", "'a'") + gap() + "AS" + gap() + quotedName();
      default -> string();
    };
  }

  private String string() {
    StringBuilder text = new StringBuilder(prefix()).append('\'').append(content());
    text.append('\'');
    while (random.nextInt(4) == 0) {
      text.append(isWild() ? gap() : oneOf("\n", " \n ", "\r\n", " --x\n", "--'\n", "\t\n--x\n"));
      text.append('\'').append(content()).append('\'');
    }
    return text.toString();
  }

  private String prefix() {
    if (isWild()) {
      return oneOf(PREFIXES);
    }
    return switch (kind) {
      case POSTGRESQL -> oneOf("", "E", "e", "N", "U&");
      case MARIADB -> oneOf("", "", "N", "_utf8mb4");
      case H2 -> oneOf("", "", "N", "U&");
    };
  }

  private String quotedName() {
    String quote = kind == DatabaseKind.MARIADB ? oneOf("\"", "`") : "\"";
    if (isWild()) {
      quote = oneOf("\"", "`", "U&\"");
    }
    if ((mode == FuzzMode.H2_WITH_BRACKETS && random.nextBoolean()) || isWild()) {
      return "[" + content() + "]";
    }
    return quote + "a" + content() + (quote.endsWith("\"") ? "\"" : "`");
  }

  private String name() {
    StringBuilder text = new StringBuilder("a");
    for (int i = random.nextInt(3); i > 0; i--) {
      text.append(isWild() ? oneOf(LETTERS) : oneOf("a", "_", "1", "\u00e9", "\u4e2d", odd()));
    }
    return random.nextBoolean()
        ? text.toString()
        : text + dollars() + oneOf("", hidden()) + gap() + ", 2 AS b" + odd() + dollars();
  }

  /** Returns a character that Java and a server may class in different ways. */
  private String odd() {
    return kind == DatabaseKind.H2
        ? oneOf("\u00ad", "\u200b", "\u0301", "\ud835\udcb3", "\u0001", "\ufeff")
        : oneOf("\u00ad", "\u00a0", "\u200b", "\u2028", "\ufeff", "\u0085", "\u3000", "\u0301");
  }

  private String dollars() {
    return kind == DatabaseKind.H2 && !isWild() ? "$$" : "$" + oneOf(TAGS) + "$";
  }

  private String dollarQuoted() {
    String tag = dollars();
    return tag + content() + (random.nextInt(4) == 0 ? dollars() + content() : "") + tag;
  }

  /** Returns what may stand in a string, and ends it now and then. */
  private String content() {
    return switch (random.nextInt(8)) {
      case 0 -> "";
      case 1 -> "a" + oneOf("\\\\", "''", "\\\\''", "}", "{", "?", "$$", "\"\"", "/*", "--");
      case 2 -> oneOf("a\\", "\\'", "''\\", "\u4e2d\\", "\\}\\");
      case 3 -> oneOf("\\", "\\'", "\\''", "''", "") + hidden() + oneOf("", " -- ", " /*", " #");
      case 4 -> isWild() ? soup(1 + random.nextInt(3)) : "x";
      default -> hidden();
    };
  }

  private String gap() {
    if (isWild()) {
      return switch (random.nextInt(4)) {
        case 0 -> oneOf("//", "#", "--", "--'") + oneOf("", "x", hidden(), "'") + lineEnd();
        case 1 -> "/*" + oneOf("", "/", "!", "!50000 ", "M!", "+ ", "'", hidden()) + "*/";
        case 2 -> "/*" + oneOf("/*", "/", "", "'") + hidden() + oneOf("*/", "/*/", "'") + "*/";
        default -> oneOf(BLANKS);
      };
    }
    return switch (random.nextInt(10)) {
      case 0 -> oneOf("-- ", "-- '", "-- \"", lineComment()) + oneOf("", "x", hidden()) + "\n";
      case 1 -> "/*" + oneOf("", "x", "'", "\"", "$$", hidden()) + "*/";
      case 2 -> kind == DatabaseKind.MARIADB ? "/* /* */" : "/* /*" + hidden() + "*/ */";
      case 3 -> oneOf("\n", "\t", "\r\n", "\r");
      default -> " ";
    };
  }

  private String lineComment() {
    return switch (kind) {
      case POSTGRESQL -> "--";
      case MARIADB -> "#";
      case H2 -> "//";
    };
  }

  private String lineEnd() {
    return oneOf("\n", "\n", "\r", "\r\n", "\u2028", "\u0085");
  }

  private String hidden() {
    return oneOf(";", ";", "; ", ";\n", ";/**/") + control() + oneOf("", ";", "; ", ";--", " ;-- ");
  }

  private String control() {
    String end =
        switch (kind) {
          case POSTGRESQL -> oneOf("END", "ABORT", "COMMIT");
          case MARIADB ->
              oneOf("SET autocommit=1", "BEGIN", "CREATE TABLE IF NOT EXISTS fz(i int)", "COMMIT");
          case H2 -> oneOf("CREATE TABLE IF NOT EXISTS fz(i int)", "COMMIT");
        };
    return random.nextInt(3) == 0 ? end : oneOf(EVERYWHERE);
  }

  private String escaped() {
    String open =
        oneOf("{oj ", "{OJ ", "{ oj ", "{fn ", "{call ", "{?=call ", "{", "{params ", "{d ");
    return gap() + open + gap() + oneOf(control(), string() + hidden(), item()) + gap() + "}";
  }

  private String routine() {
    return "CREATE OR REPLACE FUNCTION fz() RETURNS int BEGIN ATOMIC"
        + gap()
        + oneOf("SELECT 1;", "SELECT CASE WHEN true THEN 1 END;", "SELECT 1 AS case;", "")
        + gap()
        + "SELECT 1"
        + oneOf("", " AS \"case\"", " AS begin", " case", " AS \"end\"")
        + ";"
        + gap()
        + "END"
        + oneOf("", ";" + gap() + control(), hidden());
  }

  private String soup(int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(
          switch (random.nextInt(4)) {
            case 0 -> oneOf(LETTERS);
            case 1 -> oneOf(BLANKS);
            default -> oneOf(SIGNS);
          });
    }
    return text.toString();
  }

  private String mutated(String text) {
    int from = random.nextInt(text.length() + 1);
    int to = Math.min(text.length(), from + random.nextInt(3));
    return text.substring(0, from)
        + (random.nextBoolean() ? soup(1) : "")
        + text.substring(random.nextBoolean() ? to : from);
  }

  private String oneOf(String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
