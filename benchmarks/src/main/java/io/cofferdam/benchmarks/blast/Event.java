package io.cofferdam.benchmarks.blast;

import io.cofferdam.Outcome;
import java.util.Arrays;

/**
 * What happened to a transaction, as its client saw it.
 *
 * @param nanos when, on the clock that all processes of the machine share
 * @param transaction the id of the transaction in the history
 * @param client the client's number
 * @param kind what happened
 */
record Event(long nanos, long transaction, int client, Kind kind) {

  /** A step in the life of a transaction. */
  enum Kind {
    /** The client handed it over. */
    STARTED(1),
    /** The client handed over the one that goes wrong. */
    STARTED_FAULTY(2),
    /** The client was told that nothing was sent to the database. */
    NOT_STARTED(3),
    /** The client was told that nothing of it remains. */
    ROLLED_BACK(4),
    /** The client was told that it is committed. */
    COMMITTED(5),
    /** The client was told that it failed, and not whether it is committed. */
    UNKNOWN(6);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    /** Returns the number that stands for it in a log; never 0. */
    int code() {
      return code;
    }

    static Kind of(int code) {
      return Arrays.stream(values())
          .filter(kind -> kind.code == code)
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("no kind of event has code " + code));
    }

    static Kind of(Outcome outcome) {
      return switch (outcome) {
        case NOT_STARTED -> NOT_STARTED;
        case ROLLED_BACK -> ROLLED_BACK;
        case COMMITTED -> COMMITTED;
        case UNKNOWN -> UNKNOWN;
      };
    }

    /** Returns whether it is the last that a client sees of a transaction. */
    boolean isAnswer() {
      return this != STARTED && this != STARTED_FAULTY;
    }
  }
}
