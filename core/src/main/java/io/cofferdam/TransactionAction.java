package io.cofferdam;

import java.io.Serializable;
import java.sql.Connection;

/**
 * Work like a {@link TransactionTask} that returns nothing.
 *
 * @param <X> the checked exception that the action may throw
 */
@FunctionalInterface
public interface TransactionAction<X extends Exception> extends Serializable {

  /**
   * Runs the work.
   *
   * @param connection the guarded connection of this action's transaction; it is dead once this
   *     method has returned
   * @throws X to roll the transaction back
   */
  void run(Connection connection) throws X;
}
