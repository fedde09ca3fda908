package io.cofferdam.benchmarks.queue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cofferdam.benchmarks.process.ChildJvm;
import io.cofferdam.benchmarks.process.ClassPath;
import io.cofferdam.benchmarks.report.Metric;
import io.cofferdam.benchmarks.report.Sample;
import io.cofferdam.benchmarks.run.RunOptions;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The process in which the queue is measured, seen from the program. Not thread-safe. */
final class QueueProcess implements AutoCloseable {

  private final ChildJvm jvm;
  private final ObjectMapper json = new ObjectMapper();

  /** Starts it. */
  QueueProcess(RunOptions run, ClassPath classPath) throws IOException {
    jvm = ChildJvm.start(run.java(), classPath.own(), run.command(QueueMain.class));
  }

  /**
   * Measures once.
   *
   * @param metrics what is expected to be found
   */
  Sample take(QueueOrder order, List<Metric> metrics) throws IOException {
    jvm.send(json.writeValueAsString(order));
    Map<String, Double> found =
        json.readValue(jvm.expect(QueueMain.RESULT), new TypeReference<>() {});
    Map<Metric, Double> values = new LinkedHashMap<>();
    for (Metric metric : metrics) {
      Double value = found.get(metric.name());
      if (value == null) {
        throw new IOException("the queue's process has not measured " + metric.name());
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
