package io.cofferdam.internal.worker.control;

import io.cofferdam.internal.wire.Frame;
import io.cofferdam.internal.wire.FrameChannel;
import io.cofferdam.internal.wire.FrameType;
import java.io.IOException;

/**
 * What the worker sends. Thread-safe. A worker that cannot be heard is of no use: when writing
 * fails, the process ends at once.
 */
public final class Outbox {

  /** What a frame holds that says all by its type. */
  public static final byte[] NOTHING = {};

  private final FrameChannel channel;
  private final long generation;

  public Outbox(FrameChannel channel, long generation) {
    this.channel = channel;
    this.generation = generation;
  }

  public long generation() {
    return generation;
  }

  /** Sends a frame that belongs to a dispatch, and is no answer. */
  public void send(FrameType type, long sequence, byte[] payload) {
    send(new Frame(type, generation, sequence, Frame.NO_TASK, payload));
  }

  /** Sends a frame that belongs to no dispatch. */
  public void send(FrameType type, byte[] payload) {
    send(type, 0, payload);
  }

  /** Sends a frame, which is an answer. */
  public synchronized void send(Frame frame) {
    try {
      channel.write(frame, () -> {});
    } catch (IOException e) {
      Runtime.getRuntime().halt(ExitCode.ORPHANED);
    }
  }
}
