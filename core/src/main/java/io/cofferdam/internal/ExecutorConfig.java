package io.cofferdam.internal;

import io.cofferdam.OutcomeTracking;
import io.cofferdam.SessionHygiene;
import io.cofferdam.internal.text.Secrets;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The checked options of one executor; {@code TransactionExecutorBuilder} documents each. */
public record ExecutorConfig(
    String name,
    String jdbcUrl,
    @Nullable String username,
    @Nullable String password,
    Map<String, String> connectionProperties,
    int workers,
    int warmSpares,
    Duration timeout,
    int maxQueued,
    int maxQueuedPerClient,
    long workerMaxHeap,
    List<String> workerJvmArgs,
    Path workerJavaHome,
    @Nullable List<Path> workerClassPath,
    Map<String, String> workerEnvironment,
    List<String> workerThreadsAllowed,
    Duration startupTimeout,
    Duration shutdownTimeout,
    Duration killGrace,
    OutcomeTracking outcomeTracking,
    String ledgerTable,
    Duration ledgerRetention,
    SessionHygiene sessionHygiene,
    @Nullable MeterRegistry meterRegistry,
    List<String> allowedResultTypes) {

  /** Tells whether transactions leave rows in the ledger. */
  public boolean hasLedger() {
    return outcomeTracking == OutcomeTracking.LEDGER;
  }

  /** Returns what no message and no log entry may show. */
  public Secrets secrets() {
    return Secrets.of(jdbcUrl, username, password, connectionProperties);
  }

  /** Names the executor without its password. */
  @Override
  public String toString() {
    return "ExecutorConfig[" + name + ", " + workers + " workers]";
  }
}
