package io.cofferdam.internal.recorder;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * The worker's side of the recorder: plain stores into a mapped file, which outlive the process. A
 * store costs nanoseconds and no system call, so every phase is recorded.
 *
 * <p>Written by the thread that runs tasks alone, but for {@link #selfCommit}, which any thread of
 * a task may call; all go through this object's monitor.
 */
public final class FlightRecorder {

  private static final byte[] NOTHING = {};
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, RecorderLayout.ORDER);

  private final MappedByteBuffer map;
  private final CRC32C crc = new CRC32C();
  private long sequence;
  private int flags;
  private int phase = RecorderLayout.ROLLED_BACK;

  private FlightRecorder(MappedByteBuffer map) {
    this.map = map;
    map.order(RecorderLayout.ORDER);
  }

  /**
   * Maps a file that the supervisor made, and records that no task has begun.
   *
   * @throws IOException if it is missing or does not have the size of a recorder
   */
  public static FlightRecorder open(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (channel.size() != RecorderLayout.SIZE) {
        throw new IOException("the flight recorder " + file + " has " + channel.size() + " bytes");
      }
      FlightRecorder recorder =
          new FlightRecorder(channel.map(FileChannel.MapMode.READ_WRITE, 0, RecorderLayout.SIZE));
      recorder.rolledBack();
      return recorder;
    }
  }

  /** Shows the supervisor, in the file that it has open, that this is the one that is mapped. */
  public synchronized void attach(long generation) {
    LONG.setRelease(map, RecorderLayout.GENERATION, generation);
  }

  /**
   * Records how settlement finds the database session that is used from now on; nothing if it has
   * no room.
   */
  public synchronized void session(byte[] id) {
    section(RecorderLayout.SESSION, id.length <= RecorderLayout.SESSION_ROOM ? id : NOTHING);
  }

  /** Records that a task was read and may run from now on. */
  public synchronized void running(long sequence) {
    this.sequence = sequence;
    this.flags = 0;
    state(RecorderLayout.RUNNING);
  }

  /**
   * Records whether a part of the transaction may be committed by a statement of the task. Does
   * nothing for another task, or if the transaction is committed as a whole.
   */
  public synchronized void selfCommit(long sequence, boolean possible) {
    // A thread that a task left may come here when another task runs, or while this one commits.
    // Its sequence tells the tasks apart, and under the monitor the phase is the one that was
    // stored.
    int changed = possible ? RecorderLayout.SELF_COMMIT : 0;
    if (this.sequence == sequence && phase != RecorderLayout.COMMITTED && flags != changed) {
      flags = changed;
      state(phase);
    }
  }

  /**
   * Records what is noted about the transaction, the result if there is room for it, and then that
   * commit is being called.
   */
  public synchronized void committing(byte[] note, byte[] result) {
    if (note.length > 0 && note.length <= RecorderLayout.TRANSACTION_ROOM) {
      section(RecorderLayout.TRANSACTION, note);
    }
    if (result.length <= RecorderLayout.RESULT_ROOM) {
      section(RecorderLayout.RESULT, result);
    }
    state(RecorderLayout.COMMITTING);
  }

  /** Records that commit has returned. */
  public synchronized void committed() {
    state(RecorderLayout.COMMITTED);
  }

  /** Records that the transaction will never be committed. */
  public synchronized void rolledBack() {
    state(RecorderLayout.ROLLED_BACK);
  }

  /**
   * Records that the transaction will never be committed, and the answer that its caller is to be
   * given, if there is room for it.
   */
  public synchronized void rolledBack(byte[] answer) {
    if (answer.length <= RecorderLayout.RESULT_ROOM) {
      section(RecorderLayout.RESULT, RecorderLayout.answerKey(sequence), answer);
    }
    state(RecorderLayout.ROLLED_BACK);
  }

  private void state(int phase) {
    this.phase = phase;
    LONG.setRelease(map, RecorderLayout.STATE, sequence << 8 | flags | phase);
  }

  private void section(int position, byte[] bytes) {
    section(position, sequence, bytes);
  }

  private void section(int position, long key, byte[] bytes) {
    crc.reset();
    crc.update(bytes);
    ByteBuffer target = map.duplicate().order(RecorderLayout.ORDER).position(position);
    target.putLong(key).putInt(bytes.length).putInt((int) crc.getValue()).put(bytes);
  }
}
