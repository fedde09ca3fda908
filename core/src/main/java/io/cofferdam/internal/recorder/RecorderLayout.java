package io.cofferdam.internal.recorder;

import io.cofferdam.CrashReport.Phase;
import java.nio.ByteOrder;

/**
 * Where things are in a recorder file.
 *
 * <p>The state is one aligned word, {@code dispatch sequence << 8 | flags and phase}, written with
 * release semantics after what it covers. A section is {@code sequence (8), length (4), CRC-32C
 * (4), bytes}. The answer of a rollback is kept where the result of a commit would be, under the
 * complement of the sequence, so that neither is ever taken for the other.
 */
final class RecorderLayout {

  static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  static final int STATE = 0;
  static final int GENERATION = 8;
  static final int SECTION_HEADER = 16;

  static final int SESSION = 64;
  static final int SESSION_ROOM = 256 - SECTION_HEADER;
  static final int TRANSACTION = SESSION + SECTION_HEADER + SESSION_ROOM;
  static final int TRANSACTION_ROOM = 256 - SECTION_HEADER;
  static final int RESULT = TRANSACTION + SECTION_HEADER + TRANSACTION_ROOM;
  static final int SIZE = 64 << 10;

  static final int RESULT_ROOM = SIZE - RESULT - SECTION_HEADER;

  static final int RUNNING = 1;
  static final int COMMITTING = 2;
  static final int COMMITTED = 3;
  static final int ROLLED_BACK = 4;
  static final int PHASE_MASK = 0x0f;
  static final int SELF_COMMIT = 0x10;

  private RecorderLayout() {}

  /** Returns what stands in place of the sequence before the answer of a rollback. */
  static long answerKey(long sequence) {
    return ~sequence;
  }

  /** Returns the phase of a code; UNREADABLE if there is none. */
  static Phase phaseOf(int code) {
    return switch (code) {
      case RUNNING -> Phase.RUNNING;
      case COMMITTING -> Phase.COMMITTING;
      case COMMITTED -> Phase.COMMITTED;
      case ROLLED_BACK -> Phase.ROLLED_BACK;
      default -> Phase.UNREADABLE;
    };
  }
}
