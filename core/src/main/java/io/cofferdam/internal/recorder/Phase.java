package io.cofferdam.internal.recorder;

import org.jspecify.annotations.Nullable;

/** How far the worker has come with the task of a sequence. There is no idle phase. */
enum Phase {
  /** The task was read and may be running. */
  RUNNING(1),
  /** Commit is being called. */
  COMMITTING(2),
  /** Commit has returned. */
  COMMITTED(3),
  /** The transaction will never be committed. */
  ROLLED_BACK(4);

  private final int code;

  Phase(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static @Nullable Phase of(int code) {
    return code >= 1 && code <= values().length ? values()[code - 1] : null;
  }
}
