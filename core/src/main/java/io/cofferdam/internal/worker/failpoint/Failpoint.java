package io.cofferdam.internal.worker.failpoint;

/**
 * A place in the life of a worker where a test can make it fail, in the order of that life. At
 * three of them the thread goes on into a call that waits; a failure there comes meanwhile, from a
 * thread of its own.
 */
public enum Failpoint {
  /** The process runs, and has not told the supervisor so. */
  BEFORE_HANDSHAKE,
  /** It has said READY for the first time, and begins a transaction of its warm-up. */
  WARMING_UP,
  /** It has said READY and waits for a task: the thread goes on into the wait. */
  IDLE,
  /** A part of a task has been read. */
  HALF_A_TASK,
  /** RUNNING has been recorded. */
  STARTED,
  /** A statement of the task is being executed: the thread goes on into the driver. */
  INSIDE_A_STATEMENT,
  /** A statement of the task has been executed. */
  BETWEEN_STATEMENTS,
  /** COMMITTING has been recorded, and COMMIT has not been sent. */
  BEFORE_COMMIT,
  /** COMMIT is sent, and its answer has not been read: the thread goes on into the driver. */
  COMMIT_SENT,
  /** The answer to COMMIT has been read, and COMMITTED has not been recorded. */
  COMMIT_ANSWERED,
  /** ROLLED_BACK has been recorded, with the answer, and nothing has been rolled back. */
  ROLLING_BACK,
  /** A part of the answer to the task has been written. */
  HALF_A_REPLY,
  /** The answer to the task has been written. */
  REPLY_WRITTEN,
  /** The session is being made clean after a task; before the answer, if that asks nothing. */
  CLEANING_UP,
  /** The worker has been told to stop. */
  SHUTTING_DOWN
}
