package io.cofferdam.internal.dialect;

import org.jspecify.annotations.Nullable;

/**
 * What an SQL text may do to the transaction and to the session.
 *
 * @param refusal why a task may not execute it, or null if it may
 * @param rollsBack whether it would roll the transaction back, which is why it is refused
 * @param selfCommitting whether it may commit by itself: true unless proven harmless
 * @param unmarks whether it takes away the mark of the transaction whenever it succeeds, as a
 *     definition does that commits; a procedure or a prepared text may or may not
 * @param dirtiesSession whether its text says that it may leave something behind in the session; a
 *     dialect that cannot tell what functions do there cleans after all statements
 * @param replacesConnection whether it may leave something that no cleaning removes
 * @param reads whether its text is that of a query, though a function in it may still write
 */
public record SqlVerdict(
    @Nullable String refusal,
    boolean rollsBack,
    boolean selfCommitting,
    boolean unmarks,
    boolean dirtiesSession,
    boolean replacesConnection,
    boolean reads) {

  /** Plain queries and changes of rows: nothing is left behind but the transaction's own work. */
  public static final SqlVerdict PLAIN =
      new SqlVerdict(null, false, false, false, false, false, false);

  /** A query, or an empty text. */
  static final SqlVerdict READING = new SqlVerdict(null, false, false, false, false, false, true);

  static final SqlVerdict DIRTYING = new SqlVerdict(null, false, false, false, true, false, false);
  static final SqlVerdict LASTING = new SqlVerdict(null, false, false, false, true, true, false);
  static final SqlVerdict SELF_COMMITTING =
      new SqlVerdict(null, false, true, false, true, false, false);
  static final SqlVerdict UNMARKING = new SqlVerdict(null, false, false, true, true, false, false);
  static final SqlVerdict COMMITTING = new SqlVerdict(null, false, true, true, true, false, false);

  static SqlVerdict refused(String refusal) {
    return new SqlVerdict(refusal, false, false, false, false, false, false);
  }

  /** Returns the verdict on a text that is refused because it rolls the transaction back. */
  static SqlVerdict rollback(String refusal) {
    return new SqlVerdict(refusal, true, false, false, false, false, false);
  }

  /** Returns the verdict on this text if it is not certain how it will be read. */
  public SqlVerdict inDoubt() {
    return and(SELF_COMMITTING);
  }

  /** Whether it may commit or roll back, and nobody knows whether it has: the mark must tell. */
  private boolean mayEndEitherWay() {
    return selfCommitting && !unmarks;
  }

  /** Returns this verdict for a text that may be read in another way, and commit by that. */
  SqlVerdict orCommitting() {
    return new SqlVerdict(refusal, rollsBack, true, unmarks, true, replacesConnection, reads);
  }

  /** Returns the verdict on both texts together: the worse in every respect. */
  public SqlVerdict and(SqlVerdict other) {
    return new SqlVerdict(
        refusal != null ? refusal : other.refusal,
        rollsBack || other.rollsBack,
        selfCommitting || other.selfCommitting,
        (unmarks || other.unmarks) && !mayEndEitherWay() && !other.mayEndEitherWay(),
        dirtiesSession || other.dirtiesSession,
        replacesConnection || other.replacesConnection,
        reads && other.reads);
  }
}
