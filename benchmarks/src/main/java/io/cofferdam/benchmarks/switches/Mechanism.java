package io.cofferdam.benchmarks.switches;

/** How a player hands the turn to the other one. */
enum Mechanism {
  /** A byte through a FIFO, written and read with blocking system calls. */
  PIPE("pipe"),
  /** A volatile field, and {@code LockSupport.unpark} and {@code park}. */
  PARK("park");

  private final String title;

  Mechanism(String title) {
    this.title = title;
  }

  /** Returns its name in reports. */
  String title() {
    return title;
  }
}
