package io.cofferdam.internal.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a {@link ByteWriter} wrote. The bytes may be hostile: every length is checked against
 * what is left before anything is allocated. Throws an unchecked exception at malformed input.
 */
final class ByteReader {

  private final ByteBuffer in;

  ByteReader(byte[] bytes) {
    this.in = ByteBuffer.wrap(bytes);
  }

  int position() {
    return in.position();
  }

  int remaining() {
    return in.remaining();
  }

  void skip(int length) {
    in.position(in.position() + checked(length, 1));
  }

  /** Fails unless all bytes have been read. */
  void expectEnd() {
    if (in.hasRemaining()) {
      throw new IllegalStateException(in.remaining() + " bytes too many");
    }
  }

  byte get() {
    return in.get();
  }

  short getShort() {
    return in.getShort();
  }

  char getChar() {
    return in.getChar();
  }

  int getInt() {
    return in.getInt();
  }

  long getLong() {
    return in.getLong();
  }

  /** Reads a count of items that take at least {@code minItemBytes} each. */
  int getCount(int minItemBytes) {
    return checked(in.getInt(), minItemBytes);
  }

  byte[] getBytes() {
    byte[] bytes = new byte[getCount(1)];
    in.get(bytes);
    return bytes;
  }

  String getText() {
    int length = getCount(1);
    String text = new String(in.array(), in.position(), length, StandardCharsets.UTF_8);
    in.position(in.position() + length);
    return text;
  }

  @Nullable String getNullableText() {
    return in.get() == 0 ? null : getText();
  }

  private int checked(int count, int minItemBytes) {
    if (count < 0 || count > in.remaining() / minItemBytes) {
      throw new IllegalStateException(
          "a count of " + count + " with " + in.remaining() + " bytes left");
    }
    return count;
  }
}
