package io.cofferdam.benchmarks.probe;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cofferdam.benchmarks.process.ChildJvm;
import io.cofferdam.benchmarks.report.Metric;
import io.cofferdam.benchmarks.report.Sample;
import io.cofferdam.benchmarks.run.RunOptions;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A probe, seen from the program that asks for its figures. */
final class ProbeProcess implements AutoCloseable {

  private final ChildJvm jvm;
  private final List<Metric> metrics;
  private final ObjectMapper json = new ObjectMapper();

  private ProbeProcess(ChildJvm jvm, List<Metric> metrics) {
    this.jvm = jvm;
    this.metrics = metrics;
  }

  /** Starts one. */
  static ProbeProcess start(
      RunOptions run, String classPath, ProbeOrder order, List<Metric> metrics) throws IOException {
    ChildJvm jvm = ChildJvm.start(run.java(), classPath, run.command(ProbeMain.class));
    ProbeProcess process = new ProbeProcess(jvm, metrics);
    jvm.send(process.json.writeValueAsString(order));
    return process;
  }

  /** Measures once. */
  Sample take() throws IOException {
    jvm.send("TAKE");
    Map<String, Double> found =
        json.readValue(jvm.expect(ProbeMain.RESULT), new TypeReference<>() {});
    Map<Metric, Double> values = new LinkedHashMap<>();
    for (Metric metric : metrics) {
      Double value = found.get(metric.name());
      if (value == null) {
        throw new IOException("a probe has not measured " + metric.name());
      }
      values.put(metric, value);
    }
    return new Sample(values);
  }

  @Override
  public void close() {
    jvm.close();
  }
}
