package io.cofferdam.internal.worker.guard;

import io.cofferdam.internal.sql.Backslash;
import io.cofferdam.internal.sql.SqlVerdict;
import org.jspecify.annotations.Nullable;

/**
 * An SQL text and the verdict on it.
 *
 * @param text the text; null for several texts, or for an object that has none
 * @param backslash how the session read strings when it was judged: the verdict holds as long as
 *     that is so
 */
record JudgedSql(@Nullable String text, Backslash backslash, SqlVerdict verdict) {

  /** Stands for the text of an object that has none. */
  static final JudgedSql NONE = new JudgedSql(null, Backslash.NOT_KNOWN, SqlVerdict.PLAIN);

  boolean isNone() {
    return text == null && backslash == Backslash.NOT_KNOWN && verdict.equals(SqlVerdict.PLAIN);
  }

  /** Returns both texts as one that is executed together. */
  JudgedSql and(JudgedSql other) {
    if (isNone()) {
      return other;
    }
    SqlVerdict both = verdict.and(other.verdict);
    return backslash == other.backslash
        ? new JudgedSql(null, backslash, both)
        : new JudgedSql(null, Backslash.NOT_KNOWN, both.inDoubt());
  }
}
