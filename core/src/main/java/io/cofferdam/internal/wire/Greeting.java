package io.cofferdam.internal.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The HELLO of a peer that is not known yet. It may take as little of the reader as it takes bytes:
 * what is longer than a HELLO, or is none, is refused before anything is allocated for it.
 *
 * <p>Not thread-safe.
 */
public final class Greeting {

  /** The largest payload of a HELLO. */
  public static final int MAX_PAYLOAD = 200;

  private final ByteBuffer in = ByteBuffer.allocate(Frame.HEADER + MAX_PAYLOAD);

  /** Writes a HELLO to a blocking channel. */
  public static void write(Hello hello, WritableByteChannel channel) throws IOException {
    byte[] payload = hello.encode();
    ByteBuffer out = ByteBuffer.allocate(Frame.HEADER + payload.length);
    new Frame(FrameType.HELLO, 0, 0, Frame.NO_TASK, payload).putHeader(out);
    out.put(payload).flip();
    while (out.hasRemaining()) {
      channel.write(out);
    }
  }

  /**
   * Reads what has come.
   *
   * @return the HELLO, or null if more of it has to come
   * @throws EOFException if the peer closed the connection
   * @throws ProtocolException if it says something else
   */
  public @Nullable Hello read(ReadableByteChannel channel) throws IOException {
    int count = channel.read(in);
    int size = in.position();
    if (size >= Frame.HEADER) {
      int payload = in.getInt(0) - (Frame.HEADER - 4);
      if (payload < 0
          || payload > MAX_PAYLOAD
          || size > Frame.HEADER + payload
          || in.get(4) != Frame.VERSION
          || in.get(5) != FrameType.HELLO.code()) {
        throw new ProtocolException("what it said is no HELLO");
      }
      if (size == Frame.HEADER + payload) {
        return Hello.decode(Arrays.copyOfRange(in.array(), Frame.HEADER, size));
      }
    }
    if (count < 0) {
      throw new EOFException("it left before it had said a HELLO");
    }
    return null;
  }
}
