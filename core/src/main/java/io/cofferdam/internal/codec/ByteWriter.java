package io.cofferdam.internal.codec;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A growing byte array with a limit. Beyond the limit it only counts, so that a value of any size
 * can be measured and never fills the memory. Not thread-safe.
 */
final class ByteWriter extends OutputStream {

  private static final int MAX_INITIAL_CAPACITY = 512;

  private final int limit;
  private byte[] buffer;
  private long size;

  ByteWriter(int limit) {
    this.limit = limit;
    this.buffer = new byte[Math.min(limit, MAX_INITIAL_CAPACITY)];
  }

  /** The number of bytes written, also those beyond the limit. */
  long size() {
    return size;
  }

  boolean isOverLimit() {
    return size > limit;
  }

  byte[] toByteArray() {
    if (isOverLimit()) {
      throw new IllegalStateException(size + " bytes are over the limit of " + limit);
    }
    return Arrays.copyOf(buffer, (int) size);
  }

  @Override
  public void write(int value) {
    int at = reserve(1);
    if (at >= 0) {
      buffer[at] = (byte) value;
    }
  }

  @Override
  public void write(byte[] source, int offset, int length) {
    int at = reserve(length);
    if (at >= 0) {
      System.arraycopy(source, offset, buffer, at, length);
    }
  }

  @Override
  public void write(byte[] source) {
    write(source, 0, source.length);
  }

  void putShort(int value) {
    write(value >>> 8);
    write(value);
  }

  void putInt(int value) {
    int at = reserve(Integer.BYTES);
    if (at >= 0) {
      buffer[at] = (byte) (value >>> 24);
      buffer[at + 1] = (byte) (value >>> 16);
      buffer[at + 2] = (byte) (value >>> 8);
      buffer[at + 3] = (byte) value;
    }
  }

  void putLong(long value) {
    putInt((int) (value >>> 32));
    putInt((int) value);
  }

  /** Writes the length, then the bytes. */
  void putBytes(byte[] bytes) {
    putInt(bytes.length);
    write(bytes);
  }

  /** Writes text as UTF-8; a lone surrogate arrives as a question mark. */
  void putText(String text) {
    putBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  void putNullableText(@Nullable String text) {
    write(text == null ? 0 : 1);
    if (text != null) {
      putText(text);
    }
  }

  /** Returns where {@code length} bytes may be stored, or -1 beyond the limit. */
  private int reserve(int length) {
    long end = size + length;
    int at = end > limit ? -1 : (int) size;
    if (at >= 0 && end > buffer.length) {
      buffer = Arrays.copyOf(buffer, (int) Math.min(limit, Math.max(end, 2L * buffer.length)));
    }
    size = end;
    return at;
  }
}
