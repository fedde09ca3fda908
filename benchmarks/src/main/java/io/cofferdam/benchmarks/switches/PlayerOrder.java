package io.cofferdam.benchmarks.switches;

/**
 * A line that the process of players reads.
 *
 * @param side which of its players is meant
 * @param kind what it is to do
 * @param mechanism how it hands over
 * @param bytes how much memory it touches in each turn
 * @param nanos for how long it plays, unless it answers
 */
record PlayerOrder(Side side, Kind kind, Mechanism mechanism, int bytes, long nanos) {

  /** What a player does. */
  enum Kind {
    /** Tells the id of its thread. */
    IDENTIFY,
    /** Plays against the other one, and tells what came out. */
    DRIVE,
    /** Answers the other one until the last turn. */
    ANSWER,
    /** Plays with itself, and tells what came out. */
    ALONE,
    /** The same with two working sets, which it touches in turn. */
    ALONE_TWO_SETS
  }
}
