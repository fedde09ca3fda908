package io.cofferdam.internal.supervise;

import java.io.IOException;

/** A worker is dead, or of no use so that it is to be killed; its task is then to be settled. */
final class WorkerGoneException extends IOException {

  private static final long serialVersionUID = 1L;

  private final boolean foundDead;

  private WorkerGoneException(String message, boolean foundDead) {
    super(message);
    this.foundDead = foundDead;
  }

  /** The worker seems to have ended by itself. */
  static WorkerGoneException foundDead(String message) {
    return new WorkerGoneException(message, true);
  }

  /** The worker lives, and must not. */
  static WorkerGoneException useless(String message) {
    return new WorkerGoneException(message, false);
  }

  boolean isFoundDead() {
    return foundDead;
  }
}
