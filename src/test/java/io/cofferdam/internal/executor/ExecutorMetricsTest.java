package io.cofferdam.internal.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Ticker;
import io.cofferdam.ExecutorSnapshot;
import io.cofferdam.ExecutorSnapshot.ConcurrencyReason;
import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.ExecutorSnapshot.WorkerState;
import io.cofferdam.internal.config.ExecutorConfigs;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecutorMetricsTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private ExecutorSnapshot now = snapshot(false, 13);
  private final ExecutorMetrics metrics = ExecutorMetrics.bind("bank", registry, () -> now);

  private static ExecutorSnapshot snapshot(boolean degraded, long dispatched) {
    List<WorkerSnapshot> workers =
        Stream.of(
                WorkerState.BUSY,
                WorkerState.CANCELLING,
                WorkerState.READY,
                WorkerState.STARTING,
                WorkerState.STARTING,
                WorkerState.STARTING,
                WorkerState.STARTING)
            .map(state -> WorkerSnapshot.of("w", state))
            .toList();
    return ExecutorSnapshot.builder("bank")
        .configuredWorkers(2)
        .concurrency(1, ConcurrencyReason.FEWER_ARE_ENOUGH)
        .clients(5)
        .queued(6)
        .workers(workers)
        .dispatched(dispatched)
        .committed(7)
        .failed(8)
        .retries(12)
        .callersTouched(9)
        .crashes(10)
        .respawns(11)
        .degraded(degraded)
        .build();
  }

  @ParameterizedTest
  @CsvSource({
    "concurrency, 1",
    "clients, 5",
    "queued, 6",
    "workers.busy, 2",
    "workers.ready, 1",
    "workers.starting, 4",
    "degraded, 0"
  })
  void gaugesShowTheSnapshot(String name, double value) {
    assertThat(registry.get("cofferdam." + name).tag("executor", "bank").gauge().value())
        .isEqualTo(value);
  }

  @Test
  void oneReasonOfTheConcurrencyIsTheCurrentOne() {
    assertThat(registry.get("cofferdam.concurrency.reason").gauges())
        .filteredOn(gauge -> gauge.value() == 1)
        .singleElement()
        .satisfies(
            gauge -> assertThat(gauge.getId().getTag("reason")).isEqualTo("FEWER_ARE_ENOUGH"));
  }

  @ParameterizedTest
  @CsvSource({
    "dispatched, 13",
    "committed, 7",
    "failed, 8",
    "retries, 12",
    "callers.touched, 9",
    "crashes, 10",
    "respawns, 11"
  })
  void countersShowTheSnapshot(String name, double value) {
    assertThat(registry.get("cofferdam." + name).tag("executor", "bank").functionCounter().count())
        .isEqualTo(value);
  }

  /** A registry throws if a meter of the name has other tags there, say. */
  @Test
  void thatAreRefusedLeaveNothingOfTheExecutor() {
    SimpleMeterRegistry refusing = new SimpleMeterRegistry();
    refusing
        .config()
        .meterFilter(
            new MeterFilter() {
              @Override
              public Meter.Id map(Meter.Id id) {
                if (id.getName().equals("cofferdam.committed")) {
                  throw new IllegalArgumentException("not with these tags");
                }
                return id;
              }
            });
    Set<Thread> before = Thread.getAllStackTraces().keySet();

    assertThatThrownBy(
            () ->
                IsolatedTransactionExecutor.start(
                    ExecutorConfigs.withJvmArgs(), refusing, Ticker.systemTicker()))
        .hasMessageContaining("not with these tags");

    assertThat(refusing.getMeters()).isEmpty();
    await("the threads of the executor to end")
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> !before.contains(thread))
                    .noneMatch(thread -> thread.getName().startsWith("bank-")));
  }

  @Test
  void followTheExecutor() {
    now = snapshot(true, 14);

    assertThat(registry.get("cofferdam.degraded").gauge().value()).isEqualTo(1);
    assertThat(registry.get("cofferdam.dispatched").functionCounter().count()).isEqualTo(14);
  }

  @Test
  void leaveNothingBehindWhenTheExecutorCloses() {
    registry.counter("the.applications.own");

    metrics.close();

    assertThat(registry.getMeters())
        .extracting(Meter::getId)
        .extracting(Meter.Id::getName)
        .containsExactly("the.applications.own");
  }

  /** A registry has one meter of a name and its tags: it is the first one's who asked. */
  @Test
  void stayThoseOfTheFirstExecutorOfAName() {
    ExecutorMetrics second =
        ExecutorMetrics.bind(
            "bank",
            registry,
            () -> {
              throw new AssertionError("nobody asks");
            });

    second.close();

    assertThat(registry.get("cofferdam.queued").gauge().value()).isEqualTo(6);
  }

  @Test
  void needNoRegistry() {
    ExecutorMetrics.bind(
            "bank",
            null,
            () -> {
              throw new AssertionError("nobody asks");
            })
        .close();
  }
}
