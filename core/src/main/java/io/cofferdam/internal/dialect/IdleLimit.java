package io.cofferdam.internal.dialect;

/**
 * How many seconds one session may wait for its client inside a transaction, before the server ends
 * it: longer than the task and its worker can live, so that only a client notices that has vanished
 * or is frozen.
 *
 * <p>Limits are powers of two, so that tasks with similar timeouts share one. Used by one task
 * after the other.
 */
public final class IdleLimit {

  /** The server, or the user's own setting, decides. */
  public static final int NONE = 0;

  private static final int FAR_LESS = 4;

  private final int longest;
  private int wanted = NONE;
  private int current = NONE;

  /**
   * Creates the limit of a session that has none yet.
   *
   * @param longest the longest limit in seconds that makes sense; 0 if none is to be set
   */
  public IdleLimit(int longest) {
    this.longest = longest;
  }

  /** {@return the limit of a session that is never given one} */
  public static IdleLimit none() {
    return new IdleLimit(NONE);
  }

  /** Wants a limit for a task that is over, or whose worker is, within so many seconds. */
  public void want(int lifetimeSeconds) {
    int rounded = Integer.highestOneBit(2 * lifetimeSeconds - 1);
    wanted = rounded <= longest ? rounded : NONE;
  }

  /** Returns the limit that the running task wants, or {@link #NONE}. */
  public int wanted() {
    return wanted;
  }

  /**
   * Returns whether a session that keeps its limit is to be given another one: a task could reach
   * the one it has, or that is far longer than the task needs.
   */
  public boolean isDue() {
    return length(wanted) > length(current) || length(wanted) <= length(current) / FAR_LESS;
  }

  /** Returns whether the session has another limit than the one that is wanted. */
  public boolean isOther() {
    return wanted != current;
  }

  /** Notes that the session has the limit that is wanted. */
  public void isSet() {
    current = wanted;
  }

  private static int length(int limit) {
    return limit == NONE ? Integer.MAX_VALUE : limit;
  }
}
