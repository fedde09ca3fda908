package io.cofferdam.testing;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** The clock of {@link System#nanoTime} as it was when this was made, until time is let pass. */
public final class StandingClock implements Ticker {

  private final AtomicLong nanos = new AtomicLong(System.nanoTime());

  public void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Override
  public long read() {
    return nanos.get();
  }
}
