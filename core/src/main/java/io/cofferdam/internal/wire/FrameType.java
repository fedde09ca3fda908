package io.cofferdam.internal.wire;

import org.jspecify.annotations.Nullable;

/** What a frame says. The code of a type is part of the protocol; its order here is not. */
public enum FrameType {
  /** Worker, first of all on each connection: its token, and what the connection is for. */
  HELLO(1),
  /** Supervisor, to a worker that it knows: where the database is and how to behave. */
  WELCOME(2),
  /** Worker: it cannot work as it was told to, and says why. It exits after this. */
  REFUSED(3),
  /** Worker: the flight recorder is mapped. */
  ATTACHED(4),
  /** Worker: connecting to the database failed, and will be tried again. */
  CONNECT_FAILED(5),
  /** Worker: connected, clean, and waiting for a task. */
  READY(6),
  /** Supervisor: run this task. */
  TASK(7),
  /** Worker: the task's transaction is committed; the result. */
  COMMITTED(8, true),
  /** Worker: the task failed by its own exception, and was rolled back. */
  TASK_FAILED(9, true),
  /** Worker: the task was not run, or was rolled back, for a reason that is not its exception. */
  NOT_COMMITTED(10, true),
  /** Worker: commit was called and its answer is not known. It exits after this. */
  IN_DOUBT(11),
  /** Worker: everything that the cancel of this task could hit is gone. */
  CANCEL_DONE(12),
  /** Supervisor: find out what became of another worker's session and commit. */
  SETTLE(13),
  /** Worker: the answer to a question that is no task; empty if the database could not be asked. */
  REPLY(14, true),
  /** Supervisor: find out from the ledger what became of a task. */
  OUTCOME(15),
  /** Supervisor: remove some rows of the ledger whose time is over. */
  PURGE(16),
  /**
   * Worker: the task did not run, because one with its idempotency key is committed; that one's
   * result.
   */
  STORED(17, true);

  private static final FrameType[] BY_CODE = byCode();

  final byte code;

  /** Whether it answers a task or a question, so that the worker can say READY with it. */
  final boolean answers;

  FrameType(int code) {
    this(code, false);
  }

  FrameType(int code, boolean answers) {
    this.code = (byte) code;
    this.answers = answers;
  }

  public byte code() {
    return code;
  }

  static @Nullable FrameType of(byte code) {
    return code > 0 && code < BY_CODE.length ? BY_CODE[code] : null;
  }

  private static FrameType[] byCode() {
    FrameType[] types = new FrameType[values().length + 1];
    for (FrameType type : values()) {
      types[type.code] = type;
    }
    return types;
  }
}
