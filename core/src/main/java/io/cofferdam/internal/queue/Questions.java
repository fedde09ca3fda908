package io.cofferdam.internal.queue;

import io.cofferdam.internal.task.Question;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The questions about dead workers that wait for an answer, and the spare workers that wait for a
 * question. Guarded by the lock of the {@link FairQueue}.
 */
final class Questions {

  private final ArrayDeque<Question> waiting = new ArrayDeque<>();
  private final ArrayDeque<Taker> spares = new ArrayDeque<>();

  /** Returns whom to hand the question to, a spare or else an idle one; or lets it wait. */
  @Nullable Taker offer(Question question, Distribution takers) {
    Taker taker = spares.isEmpty() ? takers.pollIdle() : spares.poll();
    if (taker == null) {
      waiting.addLast(question);
    }
    return taker;
  }

  /** Returns the question that has waited longest, or null. */
  @Nullable Question poll() {
    return waiting.poll();
  }

  /** Notes that a taker waits for a question and for nothing else. */
  void waitFor(Taker spare) {
    spares.addFirst(spare);
  }

  /** Takes that note back; false if there was none. */
  boolean withdraw(Taker spare) {
    return spares.removeFirstOccurrence(spare);
  }
}
