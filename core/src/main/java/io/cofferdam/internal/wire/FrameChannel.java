package io.cofferdam.internal.wire;

import static java.util.Objects.requireNonNull;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Frames over one socket. Works on blocking sockets (the worker) and on non-blocking ones (the
 * supervisor), where {@link #receive} may find nothing and {@link #write} asks its {@link
 * WriteBlocked} how to wait.
 *
 * <p>One thread may read; writers are serialized by the caller.
 */
public final class FrameChannel implements Closeable {

  private static final int BUFFER = 64 << 10;

  /** Waits until a non-blocking socket takes more bytes, or gives up by throwing. */
  @FunctionalInterface
  public interface WriteBlocked {
    void awaitWritable() throws IOException;
  }

  private final SocketChannel socket;
  private final ByteChannel bytes;
  private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER).flip();
  private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER);
  private long bytesRead;

  /** The frame whose payload is coming in, its payload, and how much of that has come. */
  private @Nullable Frame coming;

  private byte[] payload = {};
  private int received;
  private boolean broken;

  public FrameChannel(SocketChannel socket) {
    this(socket, socket);
  }

  /**
   * @param bytes what is read from and written to in place of the socket itself
   */
  public FrameChannel(SocketChannel socket, ByteChannel bytes) {
    this.socket = socket;
    this.bytes = bytes;
  }

  public SocketChannel socket() {
    return socket;
  }

  /** Returns how many bytes have come in. */
  public long bytesRead() {
    return bytesRead;
  }

  /** Returns how many of them came until the end of the frame that was received last. */
  public long bytesReceived() {
    return bytesRead - in.remaining();
  }

  /**
   * Writes a frame whole, in one system call if it fits into the buffer.
   *
   * @throws IOException if the peer is gone, or if {@code blocked} gave up; the channel is then
   *     useless, because part of the frame may have been written
   */
  public void write(Frame frame, WriteBlocked blocked) throws IOException {
    byte[] content = frame.putHeader(out.clear());
    int done = 0;
    do {
      int chunk = Math.min(out.remaining(), content.length - done);
      out.put(content, done, chunk).flip();
      done += chunk;
      while (out.hasRemaining()) {
        if (bytes.write(out) == 0) {
          blocked.awaitWritable();
        }
      }
      out.clear();
    } while (done < content.length);
  }

  /**
   * Returns the next frame, or null if a non-blocking socket has not brought it whole yet. Blocks
   * on a blocking one until it has come.
   *
   * @throws EOFException if the peer closed the channel
   * @throws ProtocolException if the bytes are not a frame, now or before: where the next frame
   *     begins is then not known
   */
  public @Nullable Frame receive() throws IOException {
    Frame frame = poll();
    while (frame == null) {
      int count = fill();
      if (count == 0) {
        return null;
      }
      if (count < 0) {
        throw new EOFException("the other side closed the channel");
      }
      frame = poll();
    }
    return frame;
  }

  /**
   * Blocks until a frame has come. For blocking sockets.
   *
   * @throws EOFException if the peer closed the channel
   */
  public Frame take() throws IOException {
    return requireNonNull(receive(), "a blocking socket has brought nothing");
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** Reads what the socket has; returns how many bytes, or -1 at the end of the stream. */
  int fill() throws IOException {
    in.compact();
    try {
      int count = bytes.read(in);
      bytesRead += Math.max(0, count);
      return count;
    } finally {
      in.flip();
    }
  }

  /** Returns the next frame that has been read whole, or null. */
  @Nullable Frame poll() throws ProtocolException {
    if (broken) {
      throw new ProtocolException("not a frame: the bytes before were none");
    }
    if (coming == null) {
      if (in.remaining() < Frame.HEADER) {
        return null;
      }
      coming = readHeader();
    }
    int chunk = Math.min(in.remaining(), payload.length - received);
    in.get(payload, received, chunk);
    received += chunk;
    if (received < payload.length) {
      return null;
    }
    Frame whole = coming;
    coming = null;
    return whole;
  }

  private Frame readHeader() throws ProtocolException {
    int length = in.getInt() - (Frame.HEADER - 4);
    int version = in.get();
    byte code = in.get();
    boolean ready = (code & Frame.READY) != 0;
    FrameType type = FrameType.of((byte) (code & ~Frame.READY));
    if (version != Frame.VERSION
        || type == null
        || (ready && !type.answers)
        || length < 0
        || length > Frame.MAX_PAYLOAD) {
      broken = true;
      throw new ProtocolException(
          "not a frame: version " + version + ", type " + code + ", payload length " + length);
    }
    payload = new byte[length];
    received = 0;
    return new Frame(
        type, in.getLong(), in.getLong(), new UUID(in.getLong(), in.getLong()), payload, ready);
  }
}
