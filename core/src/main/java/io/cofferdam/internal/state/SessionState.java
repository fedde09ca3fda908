package io.cofferdam.internal.state;

/** What one session can say about another one. */
public enum SessionState {
  /** It has ended, and holds no lock any more. */
  GONE,
  /** It lives, or is ending. Ask again. */
  ALIVE,
  /**
   * It has been ended while it waited for replicas: its transaction is committed here, but perhaps
   * not there. It lives until it has ended.
   */
  ENDED_AWAITING_REPLICAS,
  /** The database does not tell, or does not let this user end it. */
  NOT_KNOWN;

  /** Returns whether it lives, as far as the database tells. */
  public boolean lives() {
    return this == ALIVE || this == ENDED_AWAITING_REPLICAS;
  }
}
