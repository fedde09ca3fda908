package io.cofferdam.examples.bank;

import io.cofferdam.Outcome;
import io.cofferdam.TransactionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What a client was told about one transaction.
 *
 * @param outcome what became of the transaction
 * @param failure the exception's simple name, or null if there was none
 * @param touched whether the client was disturbed: it failed, and not because its time was up
 */
record Answer(Outcome outcome, @Nullable String failure, boolean touched) {

  private static final Answer SUCCESS = new Answer(Outcome.COMMITTED, null, false);

  static Answer of(@Nullable Throwable failure) {
    if (failure == null) {
      return SUCCESS;
    }
    return new Answer(
        Outcome.of(failure),
        failure.getClass().getSimpleName(),
        !(failure instanceof TransactionTimeoutException));
  }
}
