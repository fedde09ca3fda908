package io.cofferdam.internal.dialect;

/** What one session can say about another one. */
public enum SessionState {
  /** It has ended, and holds no lock any more. */
  GONE,
  /** It lives, or is ending. */
  ALIVE,
  /**
   * It has been ended while it waited for replicas: its transaction is committed here, but perhaps
   * not there.
   */
  ENDED_AWAITING_REPLICAS,
  /** The database does not tell. */
  NOT_KNOWN
}
