package io.cofferdam;

import java.io.Serializable;
import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/**
 * Work that runs in a worker process, in one transaction of its own, and returns a result.
 *
 * <p>A task is serialized in the caller's thread and runs in another JVM: what it captures must be
 * serializable, and both captured objects and static fields are copies there. It runs at most once
 * per dispatch, on one thread; the transaction is committed when it returns and rolled back when it
 * throws.
 *
 * @param <R> the type of the result, which must be serializable and allowed by the executor's
 *     result types
 * @param <X> the checked exception that the task may throw; it comes out of {@code execute} as
 *     itself
 */
@FunctionalInterface
public interface TransactionTask<R extends @Nullable Object, X extends Exception>
    extends Serializable {

  /**
   * Runs the work.
   *
   * @param connection the guarded connection of this task's transaction; it is dead once this
   *     method has returned
   * @return the result, sent back to the caller after the commit
   * @throws X to roll the transaction back
   */
  R run(Connection connection) throws X;
}
