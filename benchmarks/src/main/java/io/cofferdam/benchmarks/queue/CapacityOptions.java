package io.cofferdam.benchmarks.queue;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/**
 * What is assumed of a machine that is not there. The defaults of what a worker and a transaction
 * take are from {@code docs/performance.md} and {@code docs/sizing.md}.
 */
public final class CapacityOptions {

  @Option(
      names = "--target-cores",
      paramLabel = "N",
      description = "Processors of the machine that is computed (default: ${DEFAULT-VALUE}).")
  private int cores = 16;

  @Option(
      names = "--target-memory-gb",
      paramLabel = "N",
      description = "Its memory (default: ${DEFAULT-VALUE}).")
  private double memoryGb = 64;

  @Option(
      names = "--target-workers",
      split = ",",
      paramLabel = "N",
      description = "Workers there (default: ${DEFAULT-VALUE}).")
  private List<Integer> workers = List.of(48, 64, 100);

  @Option(
      names = "--target-handles",
      split = ",",
      paramLabel = "N",
      description = "Client handles there (default: ${DEFAULT-VALUE}).")
  private List<Integer> handles = List.of(5_000, 20_000, 100_000);

  @Option(
      names = "--round-trip-millis",
      split = ",",
      paramLabel = "MS",
      description = "Round trips to a database elsewhere (default: ${DEFAULT-VALUE}).")
  private List<Double> roundTripMillis = List.of(0.2, 1.0);

  @Option(
      names = "--round-trips",
      paramLabel = "N",
      description = "Round trips of a transaction (default: ${DEFAULT-VALUE}).")
  private int roundTrips = 8;

  @Option(
      names = "--worker-mb",
      paramLabel = "LOW:MID:HIGH",
      converter = Range.Converter.class,
      description =
          "Memory of a worker: BALANCED, of which the middle was measured with 50; the high one is"
              + " THROUGHPUT (default: 26:32:60).")
  private Range workerMb = new Range(26, 32, 60);

  @Option(
      names = "--link-mb",
      paramLabel = "LOW:MID:HIGH",
      converter = Range.Converter.class,
      description =
          "Memory of the application for a worker: 192 KiB of buffers, and three stacks, of which"
              + " 1 MiB each is reserved and some tens of KiB are touched (default: 0.3:0.5:3.3).")
  private Range linkMb = new Range(0.3, 0.5, 3.3);

  @Option(
      names = "--handle-bytes",
      paramLabel = "LOW:MID:HIGH",
      converter = Range.Converter.class,
      description = "Heap of a client handle that does nothing (default: 200:210:210).")
  private Range handleBytes = new Range(200, 210, 210);

  @Option(
      names = "--client-micros",
      paramLabel = "LOW:MID:HIGH",
      converter = Range.Converter.class,
      description =
          "Processor time of application and workers for a TPC-B transaction: 2 and 6 workers on"
              + " two processors, and their middle (default: 403:518:633).")
  private Range clientMicros = new Range(403, 518, 633);

  @Option(
      names = "--server-micros",
      paramLabel = "LOW:MID:HIGH",
      converter = Range.Converter.class,
      description = "The same of the database (default: 331:433:535).")
  private Range serverMicros = new Range(331, 433, 535);

  @Option(
      names = "--link-threads",
      paramLabel = "N",
      description = "Threads of the application for each worker (default: ${DEFAULT-VALUE}).")
  private int linkThreads = 3;

  @Option(
      names = "--worker-threads",
      paramLabel = "N",
      description = "Threads of a worker (default: ${DEFAULT-VALUE}).")
  private int workerThreads = 17;

  @Option(
      names = "--link-descriptors",
      paramLabel = "N",
      description = "Descriptors of the application for each worker (default: ${DEFAULT-VALUE}).")
  private int linkDescriptors = 6;

  @Option(
      names = "--target-threads",
      paramLabel = "N",
      description =
          "How many processes and threads are allowed there, as by pids.max (default:"
              + " ${DEFAULT-VALUE}).")
  private int targetThreads = 4_096;

  @Option(
      names = "--target-descriptors",
      paramLabel = "N",
      description = "How many descriptors a process may have there (default: ${DEFAULT-VALUE}).")
  private int targetDescriptors = 4_096;

  int targetThreads() {
    return targetThreads;
  }

  int targetDescriptors() {
    return targetDescriptors;
  }

  int cores() {
    return cores;
  }

  double memoryGb() {
    return memoryGb;
  }

  List<Integer> workers() {
    return workers;
  }

  List<Integer> handles() {
    return handles;
  }

  List<Double> roundTripMillis() {
    return roundTripMillis;
  }

  int roundTrips() {
    return roundTrips;
  }

  /**
   * Returns the model.
   *
   * @param queueNanos what the queue takes for a task, by the number of handles
   * @param taskBytes what a waiting task takes of the heap
   */
  CapacityModel model(Map<Integer, Range> queueNanos, Range taskBytes) {
    return new CapacityModel(
        new CapacityModel.Machine(cores, memoryGb * 1_000),
        new CapacityModel.Worker(workerMb, linkMb, linkThreads, workerThreads, linkDescriptors),
        new CapacityModel.Costs(clientMicros, serverMicros, roundTrips),
        queueNanos,
        handleBytes,
        taskBytes);
  }

  /** Returns what is assumed, in words. */
  String describe() {
    return ("Assumed, as low to high: %s MB for a worker, %s MB of the application for its link, %s"
            + " bytes for a handle; %s us of a processor for a transaction on the client side and %s"
            + " us in the database, %d round trips.")
        .formatted(
            workerMb.text(0),
            linkMb.text(1),
            handleBytes.text(0),
            clientMicros.text(0),
            serverMicros.text(0),
            roundTrips);
  }
}
