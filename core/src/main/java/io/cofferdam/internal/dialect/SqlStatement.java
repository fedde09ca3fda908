package io.cofferdam.internal.dialect;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One statement of an SQL text: its first tokens (all of them for {@code SET}), and whether it
 * holds any of the watched ones.
 */
final class SqlStatement {

  private static final int HEAD = 16;
  private static final Set<String> ROUTINES =
      Set.of("PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE", "TYPE");
  private static final Set<String> OPENING = Set.of("(", "{", "?", "=");

  private final Set<String> watched;
  private final List<String> head;
  private String previous = "";
  private int bodyDepth;
  private boolean holdsWatched;

  SqlStatement(Set<String> watched) {
    this(watched, new ArrayList<>(HEAD));
  }

  private SqlStatement(Set<String> watched, List<String> head) {
    this.watched = watched;
    this.head = head;
  }

  void add(String token) {
    if (head.isEmpty() && OPENING.contains(token)) {
      return;
    }
    holdsWatched |= watched.contains(token);
    if (head.size() < HEAD || starts("SET")) {
      head.add(token);
    }
    trackAtomicBody(token);
    previous = token;
  }

  private void trackAtomicBody(String token) {
    if (bodyDepth == 0) {
      boolean opens = token.equals("ATOMIC") && previous.equals("BEGIN") && starts("CREATE");
      bodyDepth = opens ? 1 : 0;
    } else if (token.equals("CASE") || token.equals("BEGIN")) {
      bodyDepth++;
    } else if (token.equals("END")) {
      bodyDepth--;
    }
  }

  /** Returns whether a semicolon here belongs to the body of a routine. */
  boolean isInsideBody(SqlSyntax syntax) {
    if (bodyDepth > 0) {
      return true;
    }
    return syntax.routineBodies()
        && (starts("DECLARE")
            || (starts("BEGIN") && !TransactionControl.beginsTransaction(this))
            || (starts("CREATE") && head.stream().anyMatch(ROUTINES::contains)));
  }

  boolean isEmpty() {
    return head.isEmpty();
  }

  boolean holdsWatched() {
    return holdsWatched;
  }

  int size() {
    return head.size();
  }

  /** Returns a token of the head, empty if there is none at this place. */
  String token(int index) {
    return index >= 0 && index < head.size() ? head.get(index) : "";
  }

  boolean starts(String... tokens) {
    for (int i = 0; i < tokens.length; i++) {
      if (!token(i).equals(tokens[i])) {
        return false;
      }
    }
    return true;
  }

  int indexOf(String token) {
    return head.indexOf(token);
  }

  /** Returns what follows the first {@code count} tokens as a statement of its own. */
  SqlStatement after(int count) {
    return new SqlStatement(watched, head.subList(count, head.size()));
  }
}
