package io.cofferdam.benchmarks.blast;

import io.cofferdam.benchmarks.compare.Load;
import io.cofferdam.benchmarks.contestant.ContestantSpec;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How clients are spread over processes, and get to the database.
 *
 * @param name its name in reports
 * @param java the JDK of its processes
 * @param flags what their JVMs are started with besides
 * @param spec how a process gets to the database; null if its client has a connection and nothing
 *     else
 * @param processes how many application processes there are
 * @param clientsEach how many clients each of them has
 * @param style how a client waits
 */
record Architecture(
    String name,
    Path java,
    List<String> flags,
    @Nullable ContestantSpec spec,
    int processes,
    int clientsEach,
    Load.Style style) {

  Architecture {
    flags = List.copyOf(flags);
  }

  /** Returns a process with all clients. */
  static Architecture of(
      Path java, List<String> flags, ContestantSpec spec, int clients, Load.Style style) {
    return new Architecture(spec.label(), java, flags, spec, 1, clients, style);
  }

  /** Returns a process for each client. */
  static Architecture processForEach(Path java, List<String> flags, int clients) {
    String name = "a process for each client (%d)".formatted(clients);
    return new Architecture(name, java, flags, null, clients, 1, Load.Style.THREADS);
  }

  /** Returns how many clients it has in all. */
  int clients() {
    return processes * clientsEach;
  }
}
