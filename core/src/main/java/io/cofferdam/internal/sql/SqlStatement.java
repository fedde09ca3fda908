package io.cofferdam.internal.sql;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One statement of an SQL text: its first tokens (all of them for {@code SET}), and whether it
 * holds any of the watched ones.
 */
public final class SqlStatement {

  private static final int HEAD = 16;
  private static final Set<String> ROUTINES =
      Set.of("PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE", "TYPE");

  /** What else a statement creates: the first such word says what that is, and others are names. */
  private static final Set<String> OTHER_OBJECTS =
      Set.of("TABLE", "VIEW", "INDEX", "SEQUENCE", "DATABASE", "SCHEMA", "USER", "ROLE", "SERVER");

  /** Words that begin, after an END, the rest of the end of what is no block. */
  private static final Set<String> CONTROL_STRUCTURES =
      Set.of("IF", "CASE", "LOOP", "WHILE", "REPEAT", "FOR");

  private static final Set<String> OF_ROWS =
      Set.of(
          "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "WITH", "VALUES", "TABLE",
          "SHOW");
  private static final Set<String> BEFORE_TEMPORARY = Set.of("INTO", "LOCAL", "GLOBAL");
  private static final Set<String> OPENING = Set.of("(", "{", "?", "=");
  private static final Set<String> ESCAPES =
      Set.of("OJ", "FN", "D", "T", "TS", "ESCAPE", "LIMIT", "PARAMS");

  private final Set<String> watched;
  private final List<String> head;
  private String opening = "";
  private String previous = "";
  private int parentheses;
  private int openBlocks;
  private String created = "";
  private boolean isInAtomicBody;
  private String bodyStatement = "";
  private boolean holdsControlInBody;
  private Set<String> found = Set.of();
  private boolean makesTemporary;

  SqlStatement(Set<String> watched) {
    this(watched, new ArrayList<>(HEAD));
  }

  private SqlStatement(Set<String> watched, List<String> head) {
    this.watched = watched;
    this.head = head;
  }

  /**
   * Adds a token.
   *
   * @param isName whether it is a quoted name, which is no keyword
   */
  void add(String token, boolean isName) {
    if (head.isEmpty() && isOpening(token)) {
      opening = token;
      return;
    }
    if (watched.contains(token)) {
      noteWatched(token);
    }
    if (head.size() < HEAD || starts("SET")) {
      head.add(token);
    }
    makesTemporary |=
        token.startsWith("PG_TEMP")
            || (token.startsWith("TEMP") && BEFORE_TEMPORARY.contains(previous));
    String keyword = isName ? SqlTokens.NAME : token;
    trackBody(keyword);
    trackBlocks(keyword);
    if (created.isEmpty() && starts("CREATE") && isObject(keyword)) {
      created = keyword;
    }
    previous = keyword;
  }

  private void noteWatched(String token) {
    if (found.isEmpty()) {
      found = new HashSet<>();
    }
    found.add(token);
  }

  /** A driver removes the braces of an escape and the word that says which escape it is. */
  private boolean isOpening(String token) {
    return OPENING.contains(token) || (opening.equals("{") && ESCAPES.contains(token));
  }

  private void trackBody(String token) {
    if (isInAtomicBody) {
      bodyStatement = bodyStatement.isEmpty() && !token.equals(";") ? token : bodyStatement;
    } else if (token.equals("(")) {
      parentheses++;
    } else if (token.equals(")")) {
      parentheses--;
    } else {
      isInAtomicBody =
          token.equals("ATOMIC")
              && previous.equals("BEGIN")
              && parentheses == 0
              && createsRoutine();
    }
  }

  /**
   * Counts the blocks and cases that are open. An END that goes on has closed neither, except for
   * that of a case.
   */
  private void trackBlocks(String keyword) {
    if (previous.equals("END")) {
      openBlocks += isControlStructure(keyword) && !keyword.equals("CASE") ? 1 : 0;
    } else if (keyword.equals("BEGIN") || keyword.equals("CASE")) {
      openBlocks++;
    }
    if (keyword.equals("END")) {
      openBlocks--;
    }
  }

  private static boolean isObject(String word) {
    return ROUTINES.contains(word) || OTHER_OBJECTS.contains(word);
  }

  static boolean isControlStructure(String word) {
    return CONTROL_STRUCTURES.contains(word);
  }

  private boolean createsRoutine() {
    String created = starts("CREATE", "OR", "REPLACE") ? token(3) : token(1);
    return starts("CREATE") && (created.equals("FUNCTION") || created.equals("PROCEDURE"));
  }

  /**
   * Notes a semicolon, and returns whether it belongs to the body of a routine. An expression holds
   * no semicolon, so an END after one closes the body and not a CASE.
   */
  boolean goesOnAfterSemicolon(SqlSyntax syntax) {
    if (isInAtomicBody) {
      boolean closed = bodyStatement.equals("END");
      holdsControlInBody |= !closed && TransactionControl.begins(bodyStatement);
      bodyStatement = "";
      return !closed;
    }
    return syntax.has(SqlSyntax.Rule.ROUTINE_BODIES)
        && (starts("DECLARE")
            || (starts("BEGIN") && !TransactionControl.beginsTransaction(this))
            || (ROUTINES.contains(created)
                && (openBlocks > 0 || !syntax.has(SqlSyntax.Rule.STATEMENTS_AFTER_ROUTINES))));
  }

  /**
   * Returns whether a statement in the body of a routine is one that ends transactions: there is no
   * such body, so the server reads the text in another way.
   */
  boolean holdsControlInBody() {
    return holdsControlInBody
        || (!bodyStatement.equals("END") && TransactionControl.begins(bodyStatement));
  }

  boolean isEmpty() {
    return head.isEmpty();
  }

  public boolean holdsWatched() {
    return !found.isEmpty();
  }

  /** Returns whether any of these watched tokens stands anywhere in the statement. */
  public boolean holdsAnyOf(Set<String> tokens) {
    return tokens.stream().anyMatch(found::contains);
  }

  /** {@return whether it queries or changes rows} */
  boolean isOfRows() {
    return OF_ROWS.contains(token(0));
  }

  /**
   * {@return whether a query or a change of rows makes a temporary table, or names their schema}
   */
  boolean makesTemporary() {
    return makesTemporary;
  }

  public int size() {
    return head.size();
  }

  /** Returns a token of the head, empty if there is none at this place. */
  public String token(int index) {
    return index >= 0 && index < head.size() ? head.get(index) : "";
  }

  public boolean starts(String... tokens) {
    for (int i = 0; i < tokens.length; i++) {
      if (!token(i).equals(tokens[i])) {
        return false;
      }
    }
    return true;
  }

  public int indexOf(String token) {
    return head.indexOf(token);
  }

  /** Returns what follows the first {@code count} tokens as a statement of its own. */
  public SqlStatement after(int count) {
    return new SqlStatement(watched, head.subList(count, head.size()));
  }
}
