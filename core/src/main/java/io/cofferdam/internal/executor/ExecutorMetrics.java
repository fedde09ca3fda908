package io.cofferdam.internal.executor;

import io.cofferdam.ExecutorSnapshot;
import io.cofferdam.ExecutorSnapshot.ConcurrencyReason;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Binds an executor's snapshot to a Micrometer registry, tagged with the executor's name. What is
 * measured costs nothing until it is read.
 */
final class ExecutorMetrics {

  private static final Logger log = LoggerFactory.getLogger(ExecutorMetrics.class);

  private final @Nullable MeterRegistry registry;

  /** Kept because a function counter refers to what it reads only weakly. */
  private final Supplier<ExecutorSnapshot> snapshots;

  private final List<Meter> meters = new ArrayList<>();

  private ExecutorMetrics(@Nullable MeterRegistry registry, Supplier<ExecutorSnapshot> snapshots) {
    this.registry = registry;
    this.snapshots = snapshots;
  }

  /**
   * Binds an executor. Where another one of its name has meters in the registry, it has none of its
   * own: a registry would take the other's for them, and forget those when this one closes.
   *
   * @param registry where the meters are registered, or null for no meters
   */
  static ExecutorMetrics bind(
      String executor, @Nullable MeterRegistry registry, Supplier<ExecutorSnapshot> snapshots) {
    ExecutorMetrics metrics = new ExecutorMetrics(registry, snapshots);
    if (registry != null) {
      Tags tags = Tags.of("executor", executor);
      if (registry.find("cofferdam.clients").tags(tags).meter() != null) {
        log.warn(
            "another executor has the name '{}' and the meters of this name in the registry, so this"
                + " one has none there; give it a name of its own with name(...)",
            executor);
        return metrics;
      }
      try {
        metrics.bindAll(registry, tags);
      } catch (RuntimeException | Error e) {
        metrics.close();
        throw e;
      }
    }
    return metrics;
  }

  private void bindAll(MeterRegistry registry, Tags tags) {
    gauge(registry, tags, "clients", ExecutorSnapshot::clients);
    gauge(registry, tags, "queued", ExecutorSnapshot::queued);
    gauge(registry, tags, "workers.busy", ExecutorSnapshot::busy);
    gauge(registry, tags, "workers.ready", ExecutorSnapshot::ready);
    gauge(registry, tags, "workers.starting", ExecutorSnapshot::starting);
    gauge(registry, tags, "concurrency", ExecutorSnapshot::concurrency);
    for (ConcurrencyReason reason : ConcurrencyReason.values()) {
      gauge(
          registry,
          tags.and("reason", reason.name()),
          "concurrency.reason",
          snapshot -> snapshot.concurrencyReason() == reason ? 1 : 0);
    }
    gauge(registry, tags, "degraded", snapshot -> snapshot.degraded() ? 1 : 0);
    counter(registry, tags, "dispatched", ExecutorSnapshot::dispatched);
    counter(registry, tags, "committed", ExecutorSnapshot::committed);
    counter(registry, tags, "failed", ExecutorSnapshot::failed);
    counter(registry, tags, "retries", ExecutorSnapshot::retries);
    counter(registry, tags, "crashes", ExecutorSnapshot::crashes);
    counter(registry, tags, "respawns", ExecutorSnapshot::respawns);
    counter(registry, tags, "callers.touched", ExecutorSnapshot::callersTouched);
  }

  /** Removes the executor's meters from the registry. */
  void close() {
    if (registry != null) {
      meters.forEach(registry::remove);
    }
  }

  private void gauge(
      MeterRegistry target, Tags tags, String name, ToDoubleFunction<ExecutorSnapshot> value) {
    meters.add(
        Gauge.builder("cofferdam." + name, () -> value.applyAsDouble(snapshots.get()))
            .tags(tags)
            .register(target));
  }

  private void counter(
      MeterRegistry target, Tags tags, String name, ToDoubleFunction<ExecutorSnapshot> value) {
    meters.add(
        FunctionCounter.builder(
                "cofferdam." + name, snapshots, source -> value.applyAsDouble(source.get()))
            .tags(tags)
            .register(target));
  }
}
