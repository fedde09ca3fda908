package io.cofferdam.benchmarks.processes;

import io.cofferdam.benchmarks.process.ProcessTree;
import io.cofferdam.testkit.database.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/** The processes of all clients; closing it ends them. Used by one thread. */
final class ClientProcesses implements AutoCloseable {

  /** How many are started at a time, for each processor. */
  static final int STARTS_PER_PROCESSOR = 2;

  private final Path javaHome;
  private final String classPath;
  private final TestDatabase database;
  private final ProcessTree server;
  private final List<ClientProcess> clients = Collections.synchronizedList(new ArrayList<>());

  /**
   * @param javaHome the JDK of the clients
   * @param classPath their class path
   * @param database what they connect to
   * @param server its processes
   */
  ClientProcesses(Path javaHome, String classPath, TestDatabase database, ProcessTree server) {
    this.javaHome = javaHome;
    this.classPath = classPath;
    this.database = database;
    this.server = server;
  }

  /** Starts as many as are missing, a few at a time, and returns when all are connected. */
  Starts growTo(int number) throws InterruptedException, ExecutionException {
    int before = clients.size();
    long serverBefore = server.liveCpuNanos();
    long start = System.nanoTime();
    Callable<Boolean> starting =
        () -> clients.add(ClientProcess.start(javaHome, classPath, database));
    runAFewAtATime(Collections.nCopies(number - before, starting));
    long nanos = System.nanoTime() - start;
    return new Starts(
        before,
        number,
        nanos,
        tree(clients.subList(before, number)).liveCpuNanos(),
        server.liveCpuNanos() - serverBefore);
  }

  /**
   * Has the newest clients run loads alone, a few of them at a time: all at once would take many
   * times as long.
   *
   * @param before how many clients are not among them
   */
  void warmUp(int before, List<ClientLoad> loads) throws InterruptedException, ExecutionException {
    List<Callable<Boolean>> all = new ArrayList<>();
    for (ClientProcess client : clients.subList(before, clients.size())) {
      all.add(
          () -> {
            for (ClientLoad load : loads) {
              client.send(load);
              var unused = client.result();
            }
            return true;
          });
    }
    runAFewAtATime(all);
  }

  private static void runAFewAtATime(List<Callable<Boolean>> all)
      throws InterruptedException, ExecutionException {
    int processors = Runtime.getRuntime().availableProcessors();
    ExecutorService starters = Executors.newFixedThreadPool(processors * STARTS_PER_PROCESSOR);
    try {
      for (Future<Boolean> ended : starters.invokeAll(all)) {
        var unused = ended.get();
      }
    } finally {
      starters.shutdownNow();
    }
  }

  /** Has all of them run a load, and returns what they saw, when all are through. */
  List<ClientResult> run(ClientLoad load) throws IOException {
    clients.forEach(client -> client.send(load));
    List<ClientResult> results = new ArrayList<>();
    for (ClientProcess client : clients) {
      results.add(client.result());
    }
    return results;
  }

  /** Returns the fewest transactions that one of them has committed since it began. */
  long fewestTransactions() {
    return clients.stream().mapToLong(ClientProcess::transactions).min().orElse(0);
  }

  int size() {
    return clients.size();
  }

  /** Returns the processes that there are now. */
  ProcessTree tree() {
    return tree(clients);
  }

  private static ProcessTree tree(List<ClientProcess> clients) {
    return new ProcessTree(clients.stream().map(ClientProcess::pid).collect(Collectors.toSet()));
  }

  @Override
  public void close() {
    clients.forEach(ClientProcess::end);
    clients.forEach(ClientProcess::close);
  }
}
