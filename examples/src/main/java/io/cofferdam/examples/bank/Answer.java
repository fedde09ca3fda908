package io.cofferdam.examples.bank;

import io.cofferdam.Outcome;
import io.cofferdam.TransactionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What a client was told about one transaction.
 *
 * @param outcome what became of the transaction
 * @param failure the exception's simple name, or null if there was none
 * @param touched whether the client noticed something other than a long queue
 */
record Answer(Outcome outcome, @Nullable String failure, boolean touched) {

  private static final Answer SUCCESS = new Answer(Outcome.COMMITTED, null, false);

  static Answer of(@Nullable Throwable failure) {
    if (failure == null) {
      return SUCCESS;
    }
    Outcome outcome = Outcome.of(failure);
    boolean timedOutInQueue =
        failure instanceof TransactionTimeoutException && outcome == Outcome.NOT_STARTED;
    return new Answer(outcome, failure.getClass().getSimpleName(), !timedOutInQueue);
  }
}
