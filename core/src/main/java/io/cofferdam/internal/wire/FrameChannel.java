package io.cofferdam.internal.wire;

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
 * supervisor), where {@link #fill} may read nothing and {@link #write} asks its {@link
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

  private @Nullable Partial partial;
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

  /**
   * Writes a frame whole.
   *
   * @throws IOException if the peer is gone, or if {@code blocked} gave up; the channel is then
   *     useless, because part of the frame may have been written
   */
  public void write(Frame frame, WriteBlocked blocked) throws IOException {
    write(frame, null, blocked);
  }

  /** Writes one or two frames with as few system calls as possible. */
  public void write(Frame first, @Nullable Frame second, WriteBlocked blocked) throws IOException {
    out.clear();
    put(first, blocked);
    if (second != null) {
      put(second, blocked);
    }
    flush(blocked);
  }

  /**
   * Reads what the socket has: blocks on a blocking socket, may read nothing on a non-blocking one.
   *
   * @return the number of bytes read, or -1 at the end of the stream
   */
  public int fill() throws IOException {
    in.compact();
    try {
      int count = bytes.read(in);
      bytesRead += Math.max(0, count);
      return count;
    } finally {
      in.flip();
    }
  }

  /**
   * Returns the next frame that has been read whole, or null.
   *
   * @throws ProtocolException if the bytes are not a frame, now or before: where the next frame
   *     begins is then not known
   */
  public @Nullable Frame poll() throws ProtocolException {
    if (broken) {
      throw new ProtocolException("not a frame: the bytes before were none");
    }
    if (partial == null) {
      if (in.remaining() < Frame.HEADER) {
        return null;
      }
      partial = readHeader();
    }
    return partial.complete(in) ? takePartial() : null;
  }

  /**
   * Blocks until a frame has come. For blocking sockets.
   *
   * @throws EOFException if the peer closed the channel
   */
  public Frame take() throws IOException {
    while (true) {
      Frame frame = poll();
      if (frame != null) {
        return frame;
      }
      if (fill() < 0) {
        throw new EOFException("the other side closed the channel");
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private void put(Frame frame, WriteBlocked blocked) throws IOException {
    byte[] payload = frame.payload();
    if (payload.length > Frame.MAX_PAYLOAD) {
      throw new ProtocolException(frame + " is larger than " + Frame.MAX_PAYLOAD + " bytes");
    }
    if (out.remaining() < Frame.HEADER) {
      flush(blocked);
    }
    frame.putHeader(out);
    int done = 0;
    while (done < payload.length) {
      if (!out.hasRemaining()) {
        flush(blocked);
      }
      int chunk = Math.min(out.remaining(), payload.length - done);
      out.put(payload, done, chunk);
      done += chunk;
    }
  }

  private void flush(WriteBlocked blocked) throws IOException {
    out.flip();
    while (out.hasRemaining()) {
      if (bytes.write(out) == 0) {
        blocked.awaitWritable();
      }
    }
    out.clear();
  }

  private Partial readHeader() throws ProtocolException {
    int length = in.getInt() - (Frame.HEADER - 4);
    int version = in.get();
    byte code = in.get();
    FrameType type = FrameType.of(code);
    if (version != Frame.VERSION || type == null || length < 0 || length > Frame.MAX_PAYLOAD) {
      broken = true;
      throw new ProtocolException(
          "not a frame: version " + version + ", type " + code + ", payload length " + length);
    }
    return new Partial(
        new Frame(
            type,
            in.getLong(),
            in.getLong(),
            new UUID(in.getLong(), in.getLong()),
            new byte[length]));
  }

  private @Nullable Frame takePartial() {
    Partial whole = partial;
    partial = null;
    return whole == null ? null : whole.frame;
  }

  /** A frame whose payload is still coming in. */
  private static final class Partial {
    private final Frame frame;
    private int received;

    Partial(Frame frame) {
      this.frame = frame;
    }

    boolean complete(ByteBuffer in) {
      byte[] payload = frame.payload();
      int chunk = Math.min(in.remaining(), payload.length - received);
      in.get(payload, received, chunk);
      received += chunk;
      return received == payload.length;
    }
  }
}
