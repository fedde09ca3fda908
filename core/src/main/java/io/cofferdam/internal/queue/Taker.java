package io.cofferdam.internal.queue;

import io.cofferdam.internal.task.Work;

/** Who does work that was taken from a {@link FairQueue}. */
public interface Taker {

  /** Receives work after {@link FairQueue#take} returned null; must return at once. */
  void handOver(Work work);

  /** Returns what the queue knows of this taker, always the same. */
  Place place();
}
