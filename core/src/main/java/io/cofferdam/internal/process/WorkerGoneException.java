package io.cofferdam.internal.process;

import io.cofferdam.internal.wire.ProtocolException;
import java.io.IOException;

/** A worker is dead, or of no use so that it is to be killed; its task is then to be settled. */
public final class WorkerGoneException extends IOException {

  private static final long serialVersionUID = 1L;

  private final boolean foundDead;

  private WorkerGoneException(String message, boolean foundDead) {
    super(message);
    this.foundDead = foundDead;
  }

  /** The worker seems to have ended by itself. */
  public static WorkerGoneException foundDead(String message) {
    return new WorkerGoneException(message, true);
  }

  /** The worker lives, and must not. */
  public static WorkerGoneException mustEnd(String message) {
    return new WorkerGoneException(message, false);
  }

  public boolean isFoundDead() {
    return foundDead;
  }

  /** Returns whether the worker seems to end by itself, so that its own exit code will come. */
  public static boolean isFoundDead(Throwable trouble) {
    return trouble instanceof WorkerGoneException gone
        ? gone.isFoundDead()
        : trouble instanceof IOException && !(trouble instanceof ProtocolException);
  }
}
