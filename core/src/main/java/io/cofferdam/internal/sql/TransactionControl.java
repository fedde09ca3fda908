package io.cofferdam.internal.sql;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Recognises SQL statements that begin or end transactions, which are the executor's business. */
public final class TransactionControl {

  private static final Set<String> AFTER_BEGIN =
      Set.of(
          "",
          "WORK",
          "TRANSACTION",
          "TRAN",
          "ISOLATION",
          "READ",
          "NOT",
          "DEFERRABLE",
          "DEFERRED",
          "IMMEDIATE",
          "EXCLUSIVE",
          "CONCURRENT",
          "DISTRIBUTED");

  private static final Set<String> WORDS =
      Set.of("COMMIT", "END", "ABORT", "XA", "ROLLBACK", "BEGIN", "START", "PREPARE");

  private TransactionControl() {}

  /** Returns whether a statement that controls transactions may begin with this word. */
  static boolean begins(String word) {
    return WORDS.contains(word);
  }

  private static @Nullable String refusal(SqlStatement statement) {
    String first = statement.token(0);
    boolean refused =
        switch (first) {
          case "COMMIT", "ABORT", "XA" -> true;
          case "END" -> !SqlStatement.isControlStructure(statement.token(1));
          case "ROLLBACK" -> !rollsBackToSavepoint(statement);
          case "BEGIN" -> beginsTransaction(statement);
          case "START" -> statement.starts("START", "TRANSACTION");
          case "PREPARE" ->
              statement.starts("PREPARE", "TRANSACTION") || statement.starts("PREPARE", "COMMIT");
          case "SET" -> setsAutoCommit(statement);
          default -> false;
        };
    if (statement.holdsControlInBody()) {
      return refusal("Transaction control in the body of a routine");
    }
    return refused ? refusal(first.equals("SET") ? "SET AUTOCOMMIT" : first) : null;
  }

  /** Returns why an operation is refused that controls the transaction. */
  public static String refusal(String operation) {
    return operation
        + " is not allowed in a task: the executor commits the transaction when the task returns"
        + " and rolls it back when the task throws. Remove it, or use a savepoint to undo a part.";
  }

  /** Returns the verdict on a statement that is refused, or null if it is not. */
  public static @Nullable SqlVerdict judge(SqlStatement statement) {
    @Nullable String refusal = refusal(statement);
    if (refusal == null) {
      return null;
    }
    return rollsBack(statement) ? SqlVerdict.rollback(refusal) : SqlVerdict.refused(refusal);
  }

  /** Returns whether a statement that is refused asks for a rollback. */
  private static boolean rollsBack(SqlStatement statement) {
    return statement.starts("ROLLBACK")
        || statement.starts("ABORT")
        || statement.starts("XA", "ROLLBACK");
  }

  static boolean beginsTransaction(SqlStatement statement) {
    return statement.starts("BEGIN")
        && AFTER_BEGIN.contains(statement.token(1))
        && !statement.starts("BEGIN", "NOT", "ATOMIC");
  }

  /** Returns whether a statement sets, releases or goes back to a savepoint. */
  public static boolean usesSavepoint(SqlStatement statement) {
    return statement.starts("SAVEPOINT")
        || statement.starts("RELEASE")
        || rollsBackToSavepoint(statement);
  }

  /** Judges a statement that {@link #usesSavepoint}, by the rules for names of savepoints. */
  public static SqlVerdict judgeSavepoint(SqlStatement statement, SqlRules rules) {
    boolean goesBack = rollsBackToSavepoint(statement);
    @Nullable String refusal = rules.savepointRefusal(statement.token(statement.size() - 1));
    if (refusal != null) {
      return goesBack ? SqlVerdict.rollback(refusal) : SqlVerdict.refused(refusal);
    }
    return goesBack ? SqlVerdict.GOING_BACK : SqlVerdict.PLAIN;
  }

  private static boolean rollsBackToSavepoint(SqlStatement statement) {
    boolean noise = statement.token(1).equals("WORK") || statement.token(1).equals("TRANSACTION");
    return statement.starts("ROLLBACK") && statement.token(noise ? 2 : 1).equals("TO");
  }

  private static boolean setsAutoCommit(SqlStatement set) {
    if (set.starts("SET", "AUTOCOMMIT") || set.starts("SET", "IMPLICIT_TRANSACTIONS")) {
      return true;
    }
    for (int i = 1; i < set.size(); i++) {
      boolean assigned = set.token(i + 1).equals("=") || set.token(i + 1).equals(":=");
      if (assigned && set.token(i).equals("AUTOCOMMIT") && !set.token(i - 1).equals("@")) {
        return true;
      }
    }
    return false;
  }
}
