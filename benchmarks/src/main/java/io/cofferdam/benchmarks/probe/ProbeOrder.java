package io.cofferdam.benchmarks.probe;

import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.benchmarks.run.Executors;
import io.cofferdam.benchmarks.variant.BuilderSettings;
import io.cofferdam.testkit.database.TestDatabase;
import java.util.List;

/**
 * The first line that the process of a probe reads.
 *
 * @param spec what it is
 * @param database where the TPC-B tables are
 * @param accounts how many accounts there are
 * @param settings values for the executor's builder, as {@code method=value}
 */
record ProbeOrder(ProbeSpec spec, TestDatabase database, int accounts, List<String> settings) {

  ProbeOrder {
    settings = List.copyOf(settings);
  }

  /** Starts the executor. */
  TransactionExecutor executor() {
    TransactionExecutorBuilder builder = Executors.builder(database, spec.workers(), spec.spares());
    BuilderSettings.apply(builder, settings);
    return builder.build();
  }
}
