package io.cofferdam.internal.task;

/** Why a task that may be running is to be stopped. The first reason wins. */
public enum StopReason {
  /** Its deadline has passed. */
  DEADLINE,
  /** Its future was cancelled. */
  CANCELLED,
  /** The thread that waits for it was interrupted. */
  INTERRUPTED,
  /** The executor is closing and the shutdown timeout has passed. */
  SHUTDOWN
}
