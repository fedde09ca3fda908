package io.cofferdam.internal.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Judges the SQL texts of a session: reads each as the server and the driver do, has every
 * statement judged by the rules of the database, and takes the worst. A text that cannot be read
 * with certainty is never harmless. Remembers the verdicts on short texts, because the same few
 * come again and again. Safe for concurrent use.
 */
public final class SqlClassifier {

  private static final int REMEMBERED_TEXTS = 256;
  private static final int REMEMBERED_LENGTH = 4_096;
  private static final int MOST_CUTS = 64;

  /** The verdicts on texts, the least recently used one first. */
  private static final class Remembered extends LinkedHashMap<String, SqlVerdict> {
    private static final long serialVersionUID = 1;

    Remembered() {
      super(REMEMBERED_TEXTS, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, SqlVerdict> eldest) {
      return size() > REMEMBERED_TEXTS;
    }
  }

  private final SqlRules rules;
  private final boolean sendsSeveral;
  private final String ledger;
  private final Map<Backslash, Remembered> remembered = new EnumMap<>(Backslash.class);

  /**
   * @param rules how the database reads texts, and what its statements do
   * @param sendsSeveral whether the connection sends several statements in one text
   * @param ledgerTable the table that no task may hide, with its schema or without; empty if none
   */
  public SqlClassifier(SqlRules rules, boolean sendsSeveral, String ledgerTable) {
    this.rules = rules;
    this.sendsSeveral = sendsSeveral;
    this.ledger = ledgerTable.substring(ledgerTable.lastIndexOf('.') + 1).toUpperCase(Locale.ROOT);
    for (Backslash each : Backslash.values()) {
      remembered.put(each, new Remembered());
    }
  }

  /** Returns what a backslash means to a session now, as far as its driver knows. */
  public Backslash backslash(Connection connection) throws SQLException {
    return rules.backslash(connection);
  }

  /**
   * Returns the verdict on a method of the connection that changes a setting of the session in the
   * middle of a transaction.
   */
  public SqlVerdict judgeSetting() {
    return rules.judgeSetting();
  }

  /** Returns why a task must not use a savepoint of this name, or null if it may. */
  public @Nullable String savepointRefusal(String name) {
    return rules.savepointRefusal(name);
  }

  /** Returns whether no reading of a text can end the transaction. */
  public boolean cannotEnd(String sql) {
    return rules.cannotEnd(sql);
  }

  /**
   * Judges a text that a connection is about to send.
   *
   * @param backslash what {@link #backslash} says now
   */
  public SqlVerdict classify(String sql, Backslash backslash, Connection connection)
      throws SQLException {
    Map<String, SqlVerdict> known = remembered.get(backslash);
    if (known == null || sql.length() > REMEMBERED_LENGTH) {
      return judgeForms(sql, backslash, connection);
    }
    synchronized (known) {
      SqlVerdict verdict = known.get(sql);
      if (verdict != null) {
        return verdict;
      }
    }
    SqlVerdict verdict = judgeForms(sql, backslash, connection);
    synchronized (known) {
      known.put(sql, verdict);
    }
    return verdict;
  }

  /**
   * Judges a text that starts a COPY through an interface of the driver, which hands it to the
   * server as it is.
   */
  public SqlVerdict classifyCopy(String sql, Backslash backslash, Connection connection)
      throws SQLException {
    SqlVerdict verdict = classify(sql, backslash, connection);
    if (verdict.refusal() != null || isOneCopy(sql, backslash)) {
      return verdict;
    }
    return SqlVerdict.refused(
        "a text that starts a COPY must be one COPY statement, because the driver sends it as it"
            + " is. Execute other statements by themselves.");
  }

  private boolean isOneCopy(String sql, Backslash backslash) {
    SqlSyntax server = rules.readings(sql, backslash, true).server();
    SqlTokens tokens = new SqlTokens(encoded(sql), server, true);
    @Nullable String token = tokens.next();
    boolean isCopy = token != null && token.equals("COPY");
    while (token != null && !token.equals(";")) {
      token = tokens.next();
    }
    return isCopy && (token == null || tokens.next() == null);
  }

  private SqlVerdict judgeForms(String sql, Backslash backslash, Connection connection)
      throws SQLException {
    SqlVerdict verdict = SqlVerdict.READING;
    for (String form : rules.sentForms(sql, backslash, connection)) {
      verdict = verdict.and(judgeSent(encoded(form), backslash));
    }
    return verdict;
  }

  /** Returns a text as encoders write it, which have nothing but a question mark for a half. */
  private static String encoded(String sql) {
    StringBuilder encoded = null;
    for (int i = 0; i < sql.length(); i += Character.charCount(sql.codePointAt(i))) {
      int c = sql.codePointAt(i);
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        encoded = encoded == null ? new StringBuilder(sql) : encoded;
        encoded.setCharAt(i, '?');
      }
    }
    return encoded == null ? sql : encoded.toString();
  }

  private SqlVerdict judgeSent(String sql, Backslash backslash) {
    SqlReadings readings = rules.readings(sql, backslash, sendsSeveral);
    SqlVerdict verdict = judgeRead(sql, readings.server());
    if (sql.indexOf(0) >= 0) {
      verdict = verdict.and(SqlVerdict.SELF_COMMITTING);
    }
    boolean hasStructure = sql.indexOf(';') >= 0 || sql.indexOf('?') >= 0;
    return hasStructure ? verdict.and(judgeStructure(sql, readings)) : verdict;
  }

  /** Judges a text by what the readings of it do not have in common. */
  private SqlVerdict judgeStructure(String sql, SqlReadings readings) {
    SqlVerdict verdict = SqlVerdict.READING;
    BitSet structure = SqlTokens.structure(sql, readings.server());
    SqlSyntax driver = readings.driver();
    if (driver != null) {
      BitSet cuts = SqlTokens.structure(sql, driver);
      if (!cuts.equals(structure)) {
        verdict = verdict.and(SqlVerdict.SELF_COMMITTING).and(judgeCuts(sql, cuts, readings));
      }
    }
    for (SqlSyntax possible : readings.possible()) {
      if (!SqlTokens.structure(sql, possible).equals(structure)) {
        verdict = verdict.and(SqlVerdict.SELF_COMMITTING);
      }
    }
    return verdict;
  }

  /** Judges what the server sees in the parts that the driver cuts a text into. */
  private SqlVerdict judgeCuts(String sql, BitSet cuts, SqlReadings readings) {
    SqlVerdict verdict = SqlVerdict.READING;
    int count = 0;
    for (int cut = cuts.nextSetBit(0); cut >= 0; cut = cuts.nextSetBit(cut + 1)) {
      if (sql.charAt(cut) == ';') {
        if (++count > MOST_CUTS) {
          return SqlVerdict.refused(
              "the text has too many statements that the driver and the server may read in"
                  + " different ways: execute them one by one.");
        }
        verdict = verdict.and(judgeRead(sql.substring(cut + 1), readings.server()));
      }
    }
    return verdict;
  }

  private SqlVerdict judgeRead(String sql, SqlSyntax syntax) {
    SqlTokens tokens = new SqlTokens(sql, syntax, true);
    SqlVerdict verdict = judgeStatements(sql, tokens, syntax);
    if (tokens.sawExecutableComment()) {
      SqlVerdict ifSkipped = judgeStatements(sql, new SqlTokens(sql, syntax, false), syntax);
      verdict = verdict.and(ifSkipped).orCommitting();
    }
    return verdict;
  }

  private SqlVerdict judgeStatements(String sql, SqlTokens tokens, SqlSyntax syntax) {
    SqlVerdict verdict = SqlVerdict.READING;
    SqlStatement statement = new SqlStatement(rules.watched());
    for (String token = tokens.next(); token != null; token = tokens.next()) {
      if (token.equals(";") && !statement.goesOnAfterSemicolon(syntax)) {
        verdict = verdict.and(judgeStatement(sql, statement));
        statement = new SqlStatement(rules.watched());
      } else {
        statement.add(token, tokens.isName());
      }
    }
    return verdict.and(judgeStatement(sql, statement));
  }

  private SqlVerdict judgeStatement(String sql, SqlStatement statement) {
    if (statement.isEmpty()) {
      return SqlVerdict.READING;
    }
    @Nullable SqlVerdict refusal = TransactionControl.judge(statement);
    if (refusal != null) {
      return refusal;
    }
    if (!ledger.isEmpty() && hidesLedger(sql, statement)) {
      return SqlVerdict.refused(
          "a temporary table must not have the name of the ledger, "
              + ledger
              + ", because it would hide the ledger from the executor: use another name.");
    }
    return rules.judge(statement, sql);
  }

  private boolean hidesLedger(String sql, SqlStatement statement) {
    String text = sql.toUpperCase(Locale.ROOT);
    boolean isNamed = text.contains(ledger) || text.contains("U&\"");
    return isNamed
        && (statement.isOfRows()
            ? statement.makesTemporary()
            : text.contains("TEMP") || text.contains("RENAME"));
  }
}
