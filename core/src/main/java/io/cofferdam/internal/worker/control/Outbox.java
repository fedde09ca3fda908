package io.cofferdam.internal.worker.control;

import io.cofferdam.internal.wire.Frame;
import io.cofferdam.internal.wire.FrameChannel;
import io.cofferdam.internal.wire.FrameType;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the worker sends. Thread-safe. A worker that cannot be heard is of no use: when writing
 * fails, the process ends at once.
 */
public final class Outbox {

  private static final byte[] EMPTY = {};

  private final FrameChannel channel;
  private final long generation;

  public Outbox(FrameChannel channel, long generation) {
    this.channel = channel;
    this.generation = generation;
  }

  public long generation() {
    return generation;
  }

  public Frame frame(FrameType type, long sequence, UUID taskId, byte[] payload) {
    return new Frame(type, generation, sequence, taskId, payload);
  }

  /** Sends a frame that belongs to no task. */
  public void send(FrameType type, byte[] payload) {
    send(frame(type, 0, Frame.NO_TASK, payload), null);
  }

  /** Sends a frame without content. */
  public void send(FrameType type, long sequence) {
    send(frame(type, sequence, Frame.NO_TASK, EMPTY), null);
  }

  /** Sends one or two frames, together if possible. */
  public synchronized void send(Frame first, @Nullable Frame second) {
    try {
      channel.write(first, second, () -> {});
    } catch (IOException e) {
      Runtime.getRuntime().halt(ExitCode.ORPHANED);
    }
  }
}
