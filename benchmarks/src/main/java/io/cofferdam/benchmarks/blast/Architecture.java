package io.cofferdam.benchmarks.blast;

import io.cofferdam.benchmarks.contestant.ContestantSpec;
import org.jspecify.annotations.Nullable;

/**
 * How clients are spread over processes, and get to the database.
 *
 * @param name its name in reports
 * @param spec how a process gets to the database; null if its client has a connection and nothing
 *     else
 * @param processes how many application processes there are
 * @param clientsEach how many clients each of them has
 * @param threads whether each client has a thread
 */
record Architecture(
    String name, @Nullable ContestantSpec spec, int processes, int clientsEach, boolean threads) {

  /** Returns a process with all clients. */
  static Architecture of(ContestantSpec spec, int clients, boolean threads) {
    return new Architecture(spec.label(), spec, 1, clients, threads);
  }

  /** Returns a process for each client. */
  static Architecture processForEach(int clients) {
    return new Architecture(
        "a process for each client (%d)".formatted(clients), null, clients, 1, true);
  }

  int clients() {
    return processes * clientsEach;
  }
}
