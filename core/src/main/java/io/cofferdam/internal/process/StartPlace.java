package io.cofferdam.internal.process;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/**
 * One slot's right to start a process, which only some slots have at a time: starting is what takes
 * the processors away from those who work. Used by the link thread alone, but for the hand-over.
 */
public final class StartPlace implements Seats.Waiter {

  private final LinkSelector selector;
  private Seats places;
  private volatile boolean taken;

  public StartPlace(LinkSelector selector, Seats places) {
    this.selector = selector;
    this.places = places;
  }

  /** Waits for one of the places to start a process; false if the slot is to stop instead. */
  public boolean await(Seats from, BooleanSupplier stopping) throws IOException {
    places = from;
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
  public void leave() {
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
