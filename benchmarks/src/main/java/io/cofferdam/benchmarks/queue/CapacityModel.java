package io.cofferdam.benchmarks.queue;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What a pool would take of a machine, and bear there. All of it is proportional: a processor of
 * that machine is as fast as one of this machine, and all of them together are as fast as their
 * number says. Times are in microseconds but for the queue's, sizes in megabytes but for those of
 * handles and tasks.
 *
 * @param machine the machine
 * @param worker what one worker or spare takes
 * @param costs what a transaction takes
 * @param queueNanos what the queue takes of a processor for a task, by how many handles there are
 * @param handleBytes what a client handle takes of the heap
 * @param taskBytes what a waiting task takes of the heap
 */
record CapacityModel(
    Machine machine,
    Worker worker,
    Costs costs,
    Map<Integer, Range> queueNanos,
    Range handleBytes,
    Range taskBytes) {

  private static final int SPARES = 1;
  private static final int OTHER_THREADS = 2;
  private static final double MEGA = 1e6;
  private static final double NANOS = 1e9;

  CapacityModel {
    queueNanos = Map.copyOf(queueNanos);
  }

  /**
   * A machine.
   *
   * @param cores how many processors it has
   * @param memoryMb its memory
   */
  record Machine(int cores, double memoryMb) {}

  /**
   * What one worker takes.
   *
   * @param processMb memory of its process
   * @param linkMb memory of the application for it: buffers, and stacks of threads
   * @param threadsHere threads in the application
   * @param threadsThere threads in its process
   * @param descriptorsHere descriptors in the application
   */
  record Worker(
      Range processMb, Range linkMb, int threadsHere, int threadsThere, int descriptorsHere) {}

  /**
   * What a transaction takes.
   *
   * @param clientMicros processor time of the application and the workers
   * @param serverMicros processor time of the database
   * @param roundTrips how often its worker waits for the database
   */
  record Costs(Range clientMicros, Range serverMicros, int roundTrips) {}

  /** What keeps a pool from doing more. */
  enum End {
    PROCESSORS("the processors"),
    WORKERS("the number of workers"),
    LOCK("the queue's lock");

    private final String title;

    End(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  private static int processes(int workers) {
    return workers + SPARES;
  }

  Range workersMb(int workers) {
    return worker.processMb.times(processes(workers));
  }

  Range linksMb(int workers) {
    return worker.linkMb.times(processes(workers));
  }

  Range handlesMb(int handles) {
    return handleBytes.times(handles / MEGA);
  }

  /** Returns what it takes if each handle has one task that waits. */
  Range queuedMb(int handles) {
    return taskBytes.times(handles / MEGA);
  }

  Range allMb(int workers, int handles) {
    return workersMb(workers)
        .plus(linksMb(workers))
        .plus(handlesMb(handles))
        .plus(queuedMb(handles));
  }

  /** Returns threads of the application but for those that run callbacks. */
  int threadsHere(int workers) {
    return worker.threadsHere * processes(workers) + OTHER_THREADS;
  }

  int threadsThere(int workers) {
    return worker.threadsThere * processes(workers);
  }

  int descriptorsHere(int workers) {
    return worker.descriptorsHere * processes(workers);
  }

  /** Returns how many workers there may be until the memory is full. */
  Range workersInMemory(int handles) {
    Range others = handlesMb(handles).plus(queuedMb(handles));
    Range left =
        new Range(
            Math.max(0, machine.memoryMb - others.high()),
            Math.max(0, machine.memoryMb - others.middle()),
            Math.max(0, machine.memoryMb - others.low()));
    return left.over(worker.processMb.plus(worker.linkMb)).less(SPARES);
  }

  /** Returns how many workers there may be within a limit for threads. */
  int workersInThreads(int limit) {
    return (limit - OTHER_THREADS) / (worker.threadsHere + worker.threadsThere) - SPARES;
  }

  /** Returns how many workers there may be within a limit for the application's descriptors. */
  int workersInDescriptors(int limit) {
    return limit / worker.descriptorsHere - SPARES;
  }

  /** Returns how many transactions a second the processors bear if the database has its own. */
  Range processorsBear() {
    return Range.of(machine.cores * MEGA).over(costs.clientMicros);
  }

  /** Returns how many transactions a second they bear if the database uses them, too. */
  Range processorsBearBoth() {
    return Range.of(machine.cores * MEGA).over(costs.clientMicros.plus(costs.serverMicros));
  }

  /** Returns for how long a worker waits in a transaction. */
  Range waitMicros(double roundTripMillis) {
    return costs.serverMicros.plus(Range.of(costs.roundTrips * roundTripMillis * 1e3));
  }

  /** Returns how many transactions a second so many workers do if each has a processor at once. */
  Range workersBear(int workers, double roundTripMillis) {
    return Range.of(workers * MEGA).over(costs.clientMicros.plus(waitMicros(roundTripMillis)));
  }

  /** Returns how many workers keep all processors busy: cores x (1 + wait / compute). */
  Range workersNeeded(double roundTripMillis) {
    return Range.of(1)
        .plus(waitMicros(roundTripMillis).over(costs.clientMicros))
        .times(machine.cores);
  }

  /**
   * Returns what the queue takes for a task, between those numbers of handles that were measured.
   */
  Range queueNanos(int handles) {
    NavigableMap<Integer, Range> measured = new TreeMap<>(queueNanos);
    Map.Entry<Integer, Range> below = measured.floorEntry(handles);
    Map.Entry<Integer, Range> above = measured.ceilingEntry(handles);
    if (below == null || above == null) {
      return (below == null ? measured.firstEntry() : measured.lastEntry()).getValue();
    }
    int distance = above.getKey() - below.getKey();
    double share =
        distance == 0
            ? 0
            : Math.log((double) handles / below.getKey())
                / Math.log((double) above.getKey() / below.getKey());
    return below.getValue().toward(above.getValue(), share);
  }

  /** Returns how many tasks a second go through the lock if it is held all the time. */
  Range lockBears(int handles) {
    return Range.of(NANOS).over(queueNanos(handles));
  }

  /** Returns what part of a processor the queue takes at a rate. */
  Range queueShare(Range perSecond, int handles) {
    return perSecond.times(queueNanos(handles)).times(1 / NANOS);
  }

  /** Returns what ends it first, by the middle of each. */
  static End first(Range processors, Range workers, Range lock) {
    if (lock.middle() <= Math.min(processors.middle(), workers.middle())) {
      return End.LOCK;
    }
    return workers.middle() < processors.middle() ? End.WORKERS : End.PROCESSORS;
  }
}
