package io.cofferdam.internal.dispatch;

import io.cofferdam.internal.dispatch.FairQueue.Taker;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The questions about dead workers that wait for an answer, and the spare workers that wait for a
 * question. Guarded by the lock of the {@link FairQueue}.
 */
final class Questions {

  private final ArrayDeque<SettlementTask> waiting = new ArrayDeque<>();
  private final ArrayDeque<Taker> spares = new ArrayDeque<>();

  /** Returns whom to hand the question to, a spare or else an idle one; or lets it wait. */
  @Nullable Taker offer(SettlementTask question, ArrayDeque<Taker> idle) {
    Taker taker = pollAdmitted(spares, question);
    if (taker == null) {
      taker = pollAdmitted(idle, question);
    }
    if (taker == null) {
      waiting.addLast(question);
    }
    return taker;
  }

  /** Returns a question that the taker may answer, or null. */
  @Nullable SettlementTask poll(Taker taker) {
    for (Iterator<SettlementTask> each = waiting.iterator(); each.hasNext(); ) {
      SettlementTask question = each.next();
      if (question.admits(taker)) {
        each.remove();
        return question;
      }
    }
    return null;
  }

  /** Notes that a taker waits for a question and for nothing else. */
  void waitFor(Taker spare) {
    spares.addFirst(spare);
  }

  /** Takes that note back; false if there was none. */
  boolean withdraw(Taker spare) {
    return spares.removeFirstOccurrence(spare);
  }

  private static @Nullable Taker pollAdmitted(ArrayDeque<Taker> takers, SettlementTask question) {
    for (Iterator<Taker> each = takers.iterator(); each.hasNext(); ) {
      Taker taker = each.next();
      if (question.admits(taker)) {
        each.remove();
        return taker;
      }
    }
    return null;
  }
}
