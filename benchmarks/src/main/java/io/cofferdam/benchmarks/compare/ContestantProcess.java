package io.cofferdam.benchmarks.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cofferdam.benchmarks.process.ChildJvm;
import io.cofferdam.benchmarks.process.ProcessTree;
import io.cofferdam.benchmarks.process.Usage;
import io.cofferdam.benchmarks.report.Sample;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/**
 * A contestant, seen from the program that measures it: the process, and what it and its
 * descendants use.
 */
public final class ContestantProcess implements AutoCloseable {

  private final LoadMetrics metrics;
  private final ChildJvm jvm;
  private final ProcessTree clientSide;
  private final ProcessTree server;
  private final ObjectMapper json = new ObjectMapper();

  /**
   * @param metrics what is measured
   * @param jvm where the contestant is started
   * @param server the database server's processes
   */
  ContestantProcess(LoadMetrics metrics, ChildJvm jvm, ProcessTree server) {
    this.metrics = metrics;
    this.jvm = jvm;
    this.clientSide = new ProcessTree(jvm.pid());
    this.server = server;
  }

  /** Tells it what it is. */
  void order(ContestantOrder order) throws JsonProcessingException {
    jvm.send(json.writeValueAsString(order));
  }

  /** Returns when it can be measured. */
  void awaitReady() throws IOException {
    jvm.expect(ContestantMain.READY);
  }

  /**
   * Runs a load.
   *
   * @param whenOpen told the process id when the window has opened
   */
  Sample measure(Load load, LongConsumer whenOpen) throws IOException {
    return measure(load, whenOpen, Optional.empty());
  }

  /**
   * Runs a load.
   *
   * @param network what there is between the contestant and the server, if anything
   */
  public Sample measure(Load load, Optional<ProcessTree> network) throws IOException {
    return measure(load, pid -> {}, network);
  }

  private Sample measure(Load load, LongConsumer whenOpen, Optional<ProcessTree> network)
      throws IOException {
    jvm.send(json.writeValueAsString(load));
    jvm.expect(ContestantMain.OPEN);
    Usage clientBefore = clientSide.usage();
    Usage serverBefore = server.usage();
    OptionalLong networkBefore = cpuMicros(network);
    whenOpen.accept(jvm.pid());
    jvm.expect(ContestantMain.CLOSED);
    Usage clientAfter = clientSide.usage();
    Usage serverAfter = server.usage();
    OptionalLong networkAfter = cpuMicros(network);
    jvm.send(ContestantMain.END);
    LoadResult result = json.readValue(jvm.expect(ContestantMain.RESULT), LoadResult.class);
    Sample sample =
        metrics.sample(
            result,
            new LoadMetrics.Cost(
                result.completed(),
                clientAfter.cpuMicrosSince(clientBefore),
                serverAfter.cpuMicrosSince(serverBefore),
                clientAfter.switchesSince(clientBefore),
                serverAfter.switchesSince(serverBefore),
                clientSide.pssBytes(),
                server.pssBytes()));
    if (networkAfter.isPresent()) {
      double micros = networkAfter.getAsLong() - networkBefore.orElseThrow();
      sample = sample.and(metrics.networkCpu(), micros / result.completed());
    }
    String chosen = jvm.expect(ContestantMain.CHOSEN);
    return chosen.isEmpty()
        ? sample
        : sample.and(LoadMetrics.CONCURRENCY, Double.parseDouble(chosen));
  }

  private static OptionalLong cpuMicros(Optional<ProcessTree> network) {
    return network.stream().mapToLong(processes -> processes.usage().cpuMicros()).findFirst();
  }

  @Override
  public void close() {
    jvm.close();
  }
}
