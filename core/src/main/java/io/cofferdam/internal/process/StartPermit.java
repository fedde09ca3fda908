package io.cofferdam.internal.process;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/**
 * One slot's right to start a process, which only some slots have at a time: starting is what takes
 * the processors away from those who work. Used by the link thread alone, but for the hand-over.
 */
public final class StartPermit implements Permits.Waiter {

  private final LinkSelector selector;
  private Permits permits;
  private volatile boolean taken;

  public StartPermit(LinkSelector selector, Permits permits) {
    this.selector = selector;
    this.permits = permits;
  }

  /** Waits for one of the permits to start a process; false if the slot is to stop instead. */
  public boolean await(Permits from, BooleanSupplier stopping) throws IOException {
    permits = from;
    if (permits.takeOrWait(this)) {
      taken = true;
    }
    while (!taken) {
      // Another slot may be leaving its permit to this one: then the withdrawal fails, the permit
      // comes, and is given back below.
      if (stopping.getAsBoolean() && permits.withdraw(this)) {
        return false;
      }
      selector.await(LinkSelector.FOREVER);
    }
    if (stopping.getAsBoolean()) {
      release();
    }
    return taken;
  }

  /** Lets another slot start: this start needs the processor no longer, or has had its time. */
  public void release() {
    if (taken) {
      taken = false;
      permits.release();
    }
  }

  @Override
  public void granted() {
    taken = true;
    selector.wake();
  }
}
