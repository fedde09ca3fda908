package io.cofferdam;

import java.util.UUID;

/**
 * Runs transaction tasks in a fixed number of isolated worker processes.
 *
 * <p>Thread-safe. A worker that dies takes at most the one transaction with it that it was running;
 * its caller is told what became of that transaction, no other caller notices, and a supervisor
 * starts a new worker.
 */
public interface TransactionExecutor extends AutoCloseable {

  /** {@return a builder with every option at its default} */
  static TransactionExecutorBuilder builder() {
    return new TransactionExecutorBuilder();
  }

  /**
   * Opens a client handle: the unit of fairness in the queue. A handle is a small object, without a
   * thread, a connection or a descriptor of its own; open thousands.
   *
   * @param name shown in messages and crash reports; need not be unique; at most 200 characters,
   *     none of them a control character
   * @throws IllegalArgumentException if the name is longer or has a control character
   * @throws TransactionRejectedException if the executor is closed
   */
  TransactionClient client(String name);

  /**
   * Reads from the ledger what became of a task that any executor ran: this one, one that was
   * closed or killed, or one of another process with the same ledger. Only reads: a task that still
   * runs goes on.
   *
   * @param taskId the {@linkplain TransactionException#taskId() id of the task}
   * @return {@link Outcome#COMMITTED}; {@link Outcome#ROLLED_BACK} if it was settled so that it can
   *     never commit; else {@link Outcome#UNKNOWN}: it runs, was rolled back without being in
   *     doubt, wrote nothing, or is older than what the ledger keeps
   * @throws IllegalStateException if the executor keeps no ledger ({@link OutcomeTracking#LEDGER})
   * @throws TransactionTimeoutException if the database did not answer within the executor's
   *     timeout
   * @throws TransactionInterruptedException if the thread is interrupted while it waits
   * @throws TransactionRejectedException if the executor is closed
   */
  Outcome outcomeOf(UUID taskId);

  /** {@return an immutable picture of queue, workers and clients at this moment} */
  ExecutorSnapshot snapshot();

  /**
   * Refuses new tasks, lets queued and running ones end for at most the shutdown timeout, then
   * cancels what is left and stops the workers. Returns when every worker process is gone. Calling
   * it again waits for the same end.
   */
  @Override
  void close();
}
