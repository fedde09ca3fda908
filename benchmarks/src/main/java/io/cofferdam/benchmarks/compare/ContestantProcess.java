package io.cofferdam.benchmarks.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cofferdam.benchmarks.process.ChildJvm;
import io.cofferdam.benchmarks.process.ProcessTree;
import io.cofferdam.benchmarks.process.Usage;
import io.cofferdam.benchmarks.report.Metric;
import io.cofferdam.benchmarks.report.Sample;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A contestant, seen from the program that measures it: the process, and what it and its
 * descendants use.
 */
final class ContestantProcess implements AutoCloseable {

  static final Metric THROUGHPUT = new Metric("throughput", "1/s", 0, true);
  static final Metric P50 = new Metric("p50", "ms", 2, true);
  static final Metric P99 = new Metric("p99", "ms", 2, true);
  static final Metric MAX = new Metric("max", "ms", 1, false);
  static final Metric CLIENT_CPU = new Metric("CPU client side", "us/tx", 0, true);
  static final Metric SERVER_CPU = new Metric("CPU server", "us/tx", 0, true);
  static final Metric VOLUNTARY = new Metric("voluntary switches", "1/tx", 1, false);
  static final Metric INVOLUNTARY = new Metric("involuntary switches", "1/tx", 1, false);
  static final Metric PSS = new Metric("PSS", "MB", 0, false);

  /** What a sample has, in the order of the report. */
  static final List<Metric> METRICS =
      List.of(THROUGHPUT, P50, P99, MAX, CLIENT_CPU, SERVER_CPU, VOLUNTARY, INVOLUNTARY, PSS);

  private final ChildJvm jvm;
  private final ProcessTree clientSide;
  private final ProcessTree server;
  private final ObjectMapper json = new ObjectMapper();

  /**
   * @param jvm where the contestant is started
   * @param server the database server's processes
   */
  ContestantProcess(ChildJvm jvm, ProcessTree server) {
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
    jvm.expect(ContestantCommand.READY);
  }

  /** Runs a load. */
  Sample measure(Load load) throws IOException {
    jvm.send(json.writeValueAsString(load));
    jvm.expect(ContestantCommand.OPEN);
    Usage clientBefore = clientSide.usage();
    Usage serverBefore = server.usage();
    jvm.expect(ContestantCommand.CLOSED);
    Usage clientAfter = clientSide.usage();
    Usage serverAfter = server.usage();
    jvm.send(ContestantCommand.END);
    LoadResult result = json.readValue(jvm.expect(ContestantCommand.RESULT), LoadResult.class);
    double transactions = result.completed();
    Usage.Switches switches = clientAfter.switchesSince(clientBefore);
    Map<Metric, Double> values = new LinkedHashMap<>();
    values.put(THROUGHPUT, transactions * 1e9 / result.windowNanos());
    values.put(P50, result.p50Nanos() / 1e6);
    values.put(P99, result.p99Nanos() / 1e6);
    values.put(MAX, result.maxNanos() / 1e6);
    values.put(CLIENT_CPU, clientAfter.cpuMicrosSince(clientBefore) / transactions);
    values.put(SERVER_CPU, serverAfter.cpuMicrosSince(serverBefore) / transactions);
    values.put(VOLUNTARY, switches.voluntary() / transactions);
    values.put(INVOLUNTARY, switches.involuntary() / transactions);
    values.put(PSS, clientSide.pssBytes() / 1e6);
    return new Sample(values);
  }

  @Override
  public void close() {
    jvm.close();
  }
}
