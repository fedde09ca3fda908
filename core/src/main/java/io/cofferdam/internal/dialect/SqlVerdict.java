package io.cofferdam.internal.dialect;

import org.jspecify.annotations.Nullable;

/**
 * What an SQL text may do to the transaction and to the session.
 *
 * @param refusal why a task may not execute it, or null if it may
 * @param rollsBack whether it asks for a rollback: of the transaction, which is refused, or to a
 *     savepoint
 * @param selfCommitting whether it may commit by itself: true unless proven harmless
 * @param unmarks whether it takes away the mark of the transaction whenever it succeeds, as a
 *     definition does that commits; a procedure or a prepared text may or may not
 * @param opaque whether it executes what its text does not show, which may be a rollback of what
 *     came before
 * @param trace what its text says that it may leave behind in the session; a dialect that cannot
 *     tell what functions do there cleans after all statements
 * @param reads whether its text is that of a query, though a function in it may still write
 */
public record SqlVerdict(
    @Nullable String refusal,
    boolean rollsBack,
    boolean selfCommitting,
    boolean unmarks,
    boolean opaque,
    Trace trace,
    boolean reads) {

  /** What may be left behind in the session; each holds those before it. */
  public enum Trace {
    /** Nothing but the transaction's own work. */
    NOTHING,
    /** A lock that outlives the transaction. */
    LOCK,
    /** What cleaning the session removes. */
    STATE,
    /** What no cleaning removes. */
    LASTING,
    /** A lock that only the end of the session gives back. */
    LASTING_LOCK;

    Trace and(Trace other) {
      return compareTo(other) >= 0 ? this : other;
    }
  }

  /** Plain queries and changes of rows: nothing is left behind but the transaction's own work. */
  public static final SqlVerdict PLAIN = of(false, false, false, Trace.NOTHING);

  /** A rollback to a savepoint. */
  static final SqlVerdict GOING_BACK =
      new SqlVerdict(null, true, false, false, false, Trace.NOTHING, false);

  /** A query, or an empty text. */
  static final SqlVerdict READING =
      new SqlVerdict(null, false, false, false, false, Trace.NOTHING, true);

  static final SqlVerdict DIRTYING = of(false, false, false, Trace.STATE);
  static final SqlVerdict LASTING = of(false, false, false, Trace.LASTING);
  static final SqlVerdict LASTING_LOCK = of(false, false, false, Trace.LASTING_LOCK);
  static final SqlVerdict SELF_COMMITTING = of(true, false, true, Trace.STATE);
  static final SqlVerdict UNMARKING = of(false, true, false, Trace.STATE);
  static final SqlVerdict COMMITTING = of(true, true, false, Trace.STATE);

  /** A definition that may commit, but cannot roll back, where nothing sets the mark again. */
  public static final SqlVerdict DEFINING = of(true, false, false, Trace.STATE);

  private static SqlVerdict of(
      boolean selfCommitting, boolean unmarks, boolean opaque, Trace trace) {
    return new SqlVerdict(null, false, selfCommitting, unmarks, opaque, trace, false);
  }

  static SqlVerdict refused(String refusal) {
    return new SqlVerdict(refusal, false, false, false, false, Trace.NOTHING, false);
  }

  /** Returns the verdict on a text that is refused because it rolls the transaction back. */
  static SqlVerdict rollback(String refusal) {
    return new SqlVerdict(refusal, true, false, false, false, Trace.NOTHING, false);
  }

  /** Whether a lock that outlives the transaction may be held afterwards. */
  public boolean locksSession() {
    return trace != Trace.NOTHING;
  }

  /** Whether something may be left in the session that is to be cleaned away. */
  public boolean dirtiesSession() {
    return trace.compareTo(Trace.STATE) >= 0;
  }

  /** Whether something may be left that no cleaning removes. */
  public boolean replacesConnection() {
    return trace.compareTo(Trace.LASTING) >= 0;
  }

  /** Whether a lock may be held until the end of the session. */
  public boolean locksUntilSessionEnds() {
    return trace == Trace.LASTING_LOCK;
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
    return new SqlVerdict(refusal, rollsBack, true, unmarks, true, trace.and(Trace.STATE), reads);
  }

  /** Returns this verdict for a text that may take a lock which outlives the transaction. */
  SqlVerdict locking() {
    return new SqlVerdict(
        refusal, rollsBack, selfCommitting, unmarks, opaque, trace.and(Trace.LOCK), reads);
  }

  /** Returns the verdict on both texts together: the worse in every respect. */
  public SqlVerdict and(SqlVerdict other) {
    return new SqlVerdict(
        refusal != null ? refusal : other.refusal,
        rollsBack || other.rollsBack,
        selfCommitting || other.selfCommitting,
        (unmarks || other.unmarks) && !mayEndEitherWay() && !other.mayEndEitherWay(),
        opaque || other.opaque,
        trace.and(other.trace),
        reads && other.reads);
  }
}
