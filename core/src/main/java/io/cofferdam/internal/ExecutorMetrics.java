package io.cofferdam.internal;

import io.cofferdam.ExecutorSnapshot;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Binds an executor's snapshot to a Micrometer registry, tagged with the executor's name. What is
 * measured costs nothing until it is read.
 */
final class ExecutorMetrics {

  private final @Nullable MeterRegistry registry;
  private final List<Meter> meters = new ArrayList<>();

  private ExecutorMetrics(@Nullable MeterRegistry registry) {
    this.registry = registry;
  }

  static ExecutorMetrics bind(ExecutorConfig config, Supplier<ExecutorSnapshot> snapshots) {
    MeterRegistry registry = config.meterRegistry();
    ExecutorMetrics metrics = new ExecutorMetrics(registry);
    if (registry != null) {
      Tags tags = Tags.of("executor", config.name());
      metrics.gauge(registry, tags, "clients", snapshots, ExecutorSnapshot::clients);
      metrics.gauge(registry, tags, "queued", snapshots, ExecutorSnapshot::queued);
      metrics.gauge(registry, tags, "workers.busy", snapshots, ExecutorSnapshot::busy);
      metrics.gauge(registry, tags, "workers.ready", snapshots, ExecutorSnapshot::ready);
      metrics.gauge(registry, tags, "workers.starting", snapshots, ExecutorSnapshot::starting);
      metrics.gauge(registry, tags, "degraded", snapshots, snapshot -> snapshot.degraded() ? 1 : 0);
      metrics.counter(registry, tags, "dispatched", snapshots, ExecutorSnapshot::dispatched);
      metrics.counter(registry, tags, "committed", snapshots, ExecutorSnapshot::committed);
      metrics.counter(registry, tags, "failed", snapshots, ExecutorSnapshot::failed);
      metrics.counter(registry, tags, "crashes", snapshots, ExecutorSnapshot::crashes);
      metrics.counter(registry, tags, "respawns", snapshots, ExecutorSnapshot::respawns);
      metrics.counter(
          registry, tags, "callers.touched", snapshots, ExecutorSnapshot::callersTouched);
    }
    return metrics;
  }

  /** Removes the executor's meters from the registry. */
  void close() {
    if (registry != null) {
      meters.forEach(registry::remove);
    }
  }

  private void gauge(
      MeterRegistry target,
      Tags tags,
      String name,
      Supplier<ExecutorSnapshot> snapshots,
      ToDoubleFunction<ExecutorSnapshot> value) {
    meters.add(
        Gauge.builder("cofferdam." + name, () -> value.applyAsDouble(snapshots.get()))
            .tags(tags)
            .register(target));
  }

  private void counter(
      MeterRegistry target,
      Tags tags,
      String name,
      Supplier<ExecutorSnapshot> snapshots,
      ToDoubleFunction<ExecutorSnapshot> value) {
    meters.add(
        FunctionCounter.builder(
                "cofferdam." + name, snapshots, source -> value.applyAsDouble(source.get()))
            .tags(tags)
            .register(target));
  }
}
