package io.cofferdam.internal.executor;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes task ids: 128 bits, unique across restarts and instances, in the order of time within an
 * executor. The upper half is that of a version 7 UUID (RFC 9562) for the time at which the
 * executor was built; the lower half is 26 random bits and a counter of 36.
 */
final class TaskIds {

  private static final int COUNTER_BITS = 36;

  private final long upper;
  private final long lowerBase;
  private final AtomicLong counter = new AtomicLong();

  TaskIds(long buildTimeMillis, SecureRandom random) {
    upper = buildTimeMillis << 16 | 0x7000 | random.nextInt(1 << 12);
    lowerBase = 0x8000_0000_0000_0000L | (long) random.nextInt(1 << 26) << COUNTER_BITS;
  }

  UUID next() {
    return new UUID(upper, lowerBase | (counter.incrementAndGet() & ((1L << COUNTER_BITS) - 1)));
  }
}
