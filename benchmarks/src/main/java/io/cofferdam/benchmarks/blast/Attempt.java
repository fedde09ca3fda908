package io.cofferdam.benchmarks.blast;

import io.cofferdam.Outcome;
import io.cofferdam.benchmarks.run.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * One transaction of a client.
 *
 * @param id its id in the history
 * @param start how its start is logged
 * @param transaction what the client hands over
 * @param watched the same, if the client itself has to find out what became of it
 */
record Attempt(long id, Event.Kind start, Transaction transaction, @Nullable Watched watched) {

  /** Returns a transaction of which the exception tells what became of it. */
  static Attempt told(long id, Event.Kind start, Transaction transaction) {
    return new Attempt(id, start, transaction, null);
  }

  /** Returns a transaction that notes how far it came. */
  static Attempt watched(long id, Event.Kind start, Transaction transaction) {
    Watched watched = new Watched(transaction);
    return new Attempt(id, start, watched, watched);
  }

  /** Returns what the client knows of it. */
  Event.Kind answer(@Nullable Throwable failure) {
    if (failure == null) {
      return Event.Kind.COMMITTED;
    }
    return watched == null ? Event.Kind.of(Outcome.of(failure)) : watched.failure();
  }

  /** Tells whether the client needs another connection after a failure. */
  boolean costsConnection(Throwable failure) {
    return watched != null && watched.closesConnection(failure);
  }
}
