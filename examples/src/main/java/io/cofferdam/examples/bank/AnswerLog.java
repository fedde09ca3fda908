package io.cofferdam.examples.bank;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The clients' own record of what they submitted and what they were told. Thread-safe. */
final class AnswerLog {

  private final AtomicLong submitted = new AtomicLong();
  private final LongAdder answered = new LongAdder();
  private final LongAdder succeeded = new LongAdder();
  private final LongAdder touched = new LongAdder();
  private final ConcurrentHashMap<Long, Answer> answers = new ConcurrentHashMap<>();

  /** Returns the id of the next transaction. */
  long nextId() {
    return submitted.incrementAndGet();
  }

  /** Notes how transaction {@code id} ended: normally if {@code failure} is null. */
  void answered(long id, @Nullable Throwable failure) {
    Answer answer = Answer.of(failure);
    answers.put(id, answer);
    answered.increment();
    if (failure == null) {
      succeeded.increment();
    }
    if (answer.touched()) {
      touched.increment();
    }
  }

  long submitted() {
    return submitted.get();
  }

  long answered() {
    return answered.sum();
  }

  long succeeded() {
    return succeeded.sum();
  }

  long touched() {
    return touched.sum();
  }

  /** Returns a copy of the answers, by transaction id. */
  Map<Long, Answer> answers() {
    return Map.copyOf(answers);
  }
}
