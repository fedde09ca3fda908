package io.cofferdam.internal.stats;

import java.util.List;
import java.util.function.Consumer;

/**
 * Tells the listeners of a pool what happens in it, in their order. Where something happens says so
 * here; who listens is decided once, when the pool is made. Immutable.
 */
public final class PoolEvents {

  private final List<PoolListener> listeners;

  public PoolEvents(PoolListener... listeners) {
    this.listeners = List.of(listeners);
  }

  /** Returns what tells another listener, too. */
  public PoolEvents with(PoolListener another) {
    PoolListener[] all = listeners.toArray(new PoolListener[listeners.size() + 1]);
    all[listeners.size()] = another;
    return new PoolEvents(all);
  }

  /** Tells each listener. */
  public void tell(Consumer<PoolListener> event) {
    for (PoolListener listener : listeners) {
      event.accept(listener);
    }
  }
}
