package io.cofferdam;

/**
 * Runs transaction tasks in a fixed number of isolated worker processes.
 *
 * <p>Thread-safe. A worker that dies takes at most the one transaction with it that it was running;
 * its caller is told what became of that transaction, nobody else notices, and a supervisor starts
 * a new worker.
 */
public interface TransactionExecutor extends AutoCloseable {

  /** Returns a builder with every option at its default. */
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

  /** Returns an immutable picture of queue, workers and clients at this moment. */
  ExecutorSnapshot snapshot();

  /**
   * Refuses new tasks, lets queued and running ones end for at most the shutdown timeout, then
   * cancels what is left and stops the workers. Returns when every worker process is gone. Calling
   * it again waits for the same end.
   */
  @Override
  void close();
}
