package io.cofferdam.benchmarks.queue;

import io.cofferdam.benchmarks.run.RunOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of the part that measures the queue alone. */
public final class QueueOptions {

  @Option(
      names = "--base-rate",
      paramLabel = "N",
      description =
          "Transactions a second that this machine does with its database (default:"
              + " ${DEFAULT-VALUE}).")
  private int baseRate = 2_500;

  @Option(
      names = "--queue-multiples",
      split = ",",
      paramLabel = "N",
      description =
          "How many times that is offered to the queue alone (default: 10,30,100,300; quick: 4).")
  private @Nullable List<Integer> multiples;

  @Option(
      names = "--queue-handles",
      split = ",",
      paramLabel = "N",
      description = "Client handles (default: 5000,100000; quick: 200,2000).")
  private @Nullable List<Integer> handles;

  @Option(
      names = "--queue-takers",
      split = ",",
      paramLabel = "N",
      description = "Workers of the queue alone (default: 6,48,100; quick: 2,4).")
  private @Nullable List<Integer> takers;

  @Option(
      names = "--queue-producers",
      split = ",",
      paramLabel = "N",
      description = "Threads that offer tasks, if it is kept full (default: ${DEFAULT-VALUE}).")
  private List<Integer> producers = List.of(1, 2);

  @Option(
      names = "--queue-task-bytes",
      paramLabel = "N",
      description = "The encoded form of a task (default: ${DEFAULT-VALUE}).")
  private int taskBytes = 512;

  @Option(
      names = "--queue-seconds",
      paramLabel = "S",
      description = "How long the queue alone is measured each time (default: 0.4; quick: 0.1).")
  private @Nullable Double seconds;

  int baseRate() {
    return baseRate;
  }

  int taskBytes() {
    return taskBytes;
  }

  List<Integer> producers() {
    return producers;
  }

  List<Integer> multiples(RunOptions run) {
    return run.orDefault(multiples, List.of(4), List.of(10, 30, 100, 300));
  }

  List<Integer> handles(RunOptions run) {
    return run.orDefault(handles, List.of(200, 2_000), List.of(5_000, 100_000));
  }

  List<Integer> takers(RunOptions run) {
    return run.orDefault(takers, List.of(2, 4), List.of(6, 48, 100));
  }

  long millis(RunOptions run) {
    return Math.round(run.orDefault(seconds, 0.1, 0.4) * 1_000);
  }
}
