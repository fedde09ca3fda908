package io.cofferdam.benchmarks.workers;

import io.cofferdam.benchmarks.contestant.ContestantSpec;
import io.cofferdam.benchmarks.contestant.Way;
import io.cofferdam.benchmarks.variant.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The contestants: Cofferdam with each number of workers, and one that chooses for itself how many
 * of the largest number it uses.
 *
 * @param variant which Cofferdam
 * @param cores how many processors there are
 * @param fixed those that use all their workers, from the fewest to the most
 * @param adaptive the one that chooses
 */
record Sweep(Variant variant, int cores, List<ContestantSpec> fixed, ContestantSpec adaptive) {

  /** What the rule that is tested takes, and what is about it. */
  private static final List<Integer> WORKERS_PER_CORE = List.of(1, 2, 3, 4, 5, 8);

  private static final int CLIENTS_PER_WORKER = 4;

  Sweep {
    fixed = List.copyOf(fixed);
  }

  /** Returns the sweep for this machine. */
  static Sweep of(Variant variant, boolean quick) {
    int cores = Runtime.getRuntime().availableProcessors();
    TreeSet<Integer> numbers = new TreeSet<>(quick ? List.of(1, 2) : List.of(1));
    if (!quick) {
      WORKERS_PER_CORE.forEach(each -> numbers.add(each * cores));
    }
    return new Sweep(
        variant,
        cores,
        numbers.stream()
            .map(workers -> ContestantSpec.of(Way.TRANSACTION_ID, workers, variant))
            .toList(),
        ContestantSpec.of(
            Way.TRANSACTION_ID, numbers.last(), variant.and("ADAPTIVE", "concurrency=ADAPTIVE")));
  }

  /** Returns all contestants. */
  List<ContestantSpec> all() {
    List<ContestantSpec> all = new ArrayList<>(fixed);
    all.add(adaptive);
    return all;
  }

  /** Returns the one that uses a single worker. */
  ContestantSpec single() {
    return fixed.get(0);
  }

  /** Returns the one that uses the most workers. */
  ContestantSpec most() {
    return fixed.get(fixed.size() - 1);
  }

  /** Returns the one that uses so many workers; empty if there is none. */
  Optional<ContestantSpec> withWorkers(int workers) {
    return fixed.stream().filter(each -> each.connections() == workers).findFirst();
  }

  /** Returns how many clients a contestant has: so many that tasks wait whenever one ends. */
  static int clients(ContestantSpec spec) {
    return CLIENTS_PER_WORKER * spec.connections();
  }

  /** Returns which numbers of workers are measured. */
  String numbers() {
    return fixed.stream()
        .map(each -> Integer.toString(each.connections()))
        .collect(Collectors.joining(", "));
  }

  /** Returns what is measured, in words. */
  String describe() {
    return "%s on %d processors, which the database shares; %d clients for each worker"
        .formatted(numbers(), cores, CLIENTS_PER_WORKER);
  }
}
