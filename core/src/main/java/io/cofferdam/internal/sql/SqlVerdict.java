package io.cofferdam.internal.sql;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an SQL text may do to the transaction and to the session.
 *
 * @param refusal why a task may not execute it, or null if it may
 * @param effects what it may do to the transaction
 * @param trace what its text says that it may leave behind in the session; a dialect that cannot
 *     tell what functions do there cleans after all statements
 */
public record SqlVerdict(@Nullable String refusal, Set<Effect> effects, Trace trace) {

  /** What a text may do to the transaction. */
  public enum Effect {
    /** It asks for a rollback: of the transaction, which is refused, or to a savepoint. */
    ROLLS_BACK,
    /** It may commit by itself: noted unless proven harmless. */
    MAY_COMMIT,
    /**
     * It takes away the mark of the transaction whenever it succeeds. A definition that commits
     * does so; a procedure or a prepared text may or may not.
     */
    UNMARKS,
    /** It executes what its text does not show, which may be a rollback of what came before. */
    OPAQUE,
    /** Its text is not that of a query. A function in a query may still write. */
    MAY_WRITE
  }

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
  public static final SqlVerdict PLAIN = of(Trace.NOTHING, Effect.MAY_WRITE);

  /** A rollback to a savepoint by a method of the connection. */
  public static final SqlVerdict TO_SAVEPOINT = of(Trace.NOTHING, Effect.ROLLS_BACK);

  /** A rollback to a savepoint by its text. */
  static final SqlVerdict GOING_BACK = of(Trace.NOTHING, Effect.MAY_WRITE, Effect.ROLLS_BACK);

  /** A query, or an empty text. */
  public static final SqlVerdict READING = of(Trace.NOTHING);

  public static final SqlVerdict DIRTYING = of(Trace.STATE, Effect.MAY_WRITE);
  public static final SqlVerdict LASTING = of(Trace.LASTING, Effect.MAY_WRITE);
  public static final SqlVerdict LASTING_LOCK = of(Trace.LASTING_LOCK, Effect.MAY_WRITE);
  public static final SqlVerdict SELF_COMMITTING =
      of(Trace.STATE, Effect.MAY_WRITE, Effect.MAY_COMMIT, Effect.OPAQUE);
  public static final SqlVerdict UNMARKING = of(Trace.STATE, Effect.MAY_WRITE, Effect.UNMARKS);
  public static final SqlVerdict COMMITTING =
      of(Trace.STATE, Effect.MAY_WRITE, Effect.MAY_COMMIT, Effect.UNMARKS);

  /** A definition that may commit, but cannot roll back, where nothing sets the mark again. */
  public static final SqlVerdict DEFINING = of(Trace.STATE, Effect.MAY_WRITE, Effect.MAY_COMMIT);

  public SqlVerdict {
    Set<Effect> all = EnumSet.noneOf(Effect.class);
    all.addAll(effects);
    effects = Collections.unmodifiableSet(all);
  }

  private static SqlVerdict of(Trace trace, Effect... effects) {
    return new SqlVerdict(null, Set.of(effects), trace);
  }

  public static SqlVerdict refused(String refusal) {
    return new SqlVerdict(refusal, PLAIN.effects, Trace.NOTHING);
  }

  /** Returns the verdict on a text that is refused because it rolls the transaction back. */
  public static SqlVerdict rollback(String refusal) {
    return new SqlVerdict(refusal, GOING_BACK.effects, Trace.NOTHING);
  }

  /** {@return whether it asks for a rollback: of the transaction, or to a savepoint} */
  public boolean rollsBack() {
    return effects.contains(Effect.ROLLS_BACK);
  }

  /** {@return whether it may commit by itself} */
  public boolean mayCommit() {
    return effects.contains(Effect.MAY_COMMIT);
  }

  /** {@return whether it takes away the mark of the transaction whenever it succeeds} */
  public boolean unmarks() {
    return effects.contains(Effect.UNMARKS);
  }

  /** {@return whether it executes what its text does not show} */
  public boolean opaque() {
    return effects.contains(Effect.OPAQUE);
  }

  /** {@return whether its text is that of anything but a query} */
  public boolean mayWrite() {
    return effects.contains(Effect.MAY_WRITE);
  }

  /** {@return whether a lock that outlives the transaction may be held afterwards} */
  public boolean locksSession() {
    return trace != Trace.NOTHING;
  }

  /** {@return whether something may be left in the session that is to be cleaned away} */
  public boolean dirtiesSession() {
    return trace.compareTo(Trace.STATE) >= 0;
  }

  /** {@return whether something may be left that no cleaning removes} */
  public boolean replacesConnection() {
    return trace.compareTo(Trace.LASTING) >= 0;
  }

  /** {@return whether a lock may be held until the end of the session} */
  public boolean locksUntilSessionEnds() {
    return trace == Trace.LASTING_LOCK;
  }

  /** {@return the verdict on this text if it is not certain how it will be read} */
  public SqlVerdict inDoubt() {
    return and(SELF_COMMITTING);
  }

  /** {@return this verdict for a text that may be read in another way, and commit by that} */
  SqlVerdict orCommitting() {
    Set<Effect> more = EnumSet.of(Effect.MAY_COMMIT, Effect.OPAQUE);
    more.addAll(effects);
    return new SqlVerdict(refusal, more, trace.and(Trace.STATE));
  }

  /** {@return this verdict for a text that may take a lock which outlives the transaction} */
  public SqlVerdict locking() {
    return new SqlVerdict(refusal, effects, trace.and(Trace.LOCK));
  }

  /**
   * Returns the verdict on both texts together: the worse in every respect. That the mark is gone
   * is certain only if neither may end the transaction in a way that cannot be known.
   */
  public SqlVerdict and(SqlVerdict other) {
    Set<Effect> both = EnumSet.noneOf(Effect.class);
    both.addAll(effects);
    both.addAll(other.effects);
    if (mayEndEitherWay() || other.mayEndEitherWay()) {
      both.remove(Effect.UNMARKS);
    }
    return new SqlVerdict(refusal != null ? refusal : other.refusal, both, trace.and(other.trace));
  }

  /** {@return whether it may commit or roll back and only the mark can tell whether it has} */
  private boolean mayEndEitherWay() {
    return mayCommit() && !unmarks();
  }
}
