package io.cofferdam.internal.supervise;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/**
 * One slot's right to start a process, which only some slots have at a time: starting is what takes
 * the processors away from those who work. Used by the link thread alone, but for the hand-over.
 */
final class StartPlace implements Seats.Waiter {

  private final Seats places;
  private final LinkSelector selector;
  private volatile boolean taken;

  StartPlace(Seats places, LinkSelector selector) {
    this.places = places;
    this.selector = selector;
  }

  /** Waits until the slot may start a process; false if it is to stop instead. */
  boolean await(BooleanSupplier stopping) throws IOException {
    if (places.takeOrWait(this)) {
      taken = true;
    }
    while (!taken) {
      if (stopping.getAsBoolean() && places.withdraw(this)) {
        return false;
      }
      selector.await(LinkSelector.FOREVER);
    }
    if (stopping.getAsBoolean()) {
      leave();
    }
    return taken;
  }

  /** Lets another slot start: this start needs the processor no longer, or has had its time. */
  void leave() {
    if (taken) {
      taken = false;
      places.leave();
    }
  }

  @Override
  public void seated() {
    taken = true;
    selector.wake();
  }
}
