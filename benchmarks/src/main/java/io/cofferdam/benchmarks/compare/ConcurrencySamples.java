package io.cofferdam.benchmarks.compare;

import io.cofferdam.benchmarks.contestant.Contestant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Which concurrency a contestant chooses, looked at now and then; no thread if it is fixed. */
final class ConcurrencySamples {

  private static final long INTERVAL_MILLIS = 20;

  private final Contestant contestant;
  private final List<Integer> samples = Collections.synchronizedList(new ArrayList<>());
  private final @Nullable ScheduledExecutorService timer;

  private ConcurrencySamples(Contestant contestant) {
    this.contestant = contestant;
    if (contestant.concurrency().isEmpty()) {
      timer = null;
    } else {
      timer = Executors.newSingleThreadScheduledExecutor();
      var unused = timer.scheduleAtFixedRate(this::take, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Begins to look. */
  static ConcurrencySamples start(Contestant contestant) {
    return new ConcurrencySamples(contestant);
  }

  private void take() {
    contestant.concurrency().ifPresent(samples::add);
  }

  /** Ends, and returns the median; empty if the concurrency is fixed. */
  String end() throws InterruptedException {
    if (timer == null) {
      return "";
    }
    timer.shutdown();
    if (!timer.awaitTermination(1, TimeUnit.MINUTES)) {
      throw new IllegalStateException("the concurrency cannot be read");
    }
    List<Integer> sorted = samples.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return Double.toString((sorted.get((sorted.size() - 1) / 2) + sorted.get(middle)) / 2.0);
  }
}
