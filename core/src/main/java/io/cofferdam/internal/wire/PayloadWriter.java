package io.cofferdam.internal.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds the payload of a frame. Not thread-safe. */
public final class PayloadWriter {

  private byte[] bytes;
  private int size;

  /** Creates a writer that expects about this many bytes. */
  public PayloadWriter(int expectedSize) {
    bytes = new byte[Math.max(16, expectedSize)];
  }

  public PayloadWriter putByte(int value) {
    room(1);
    bytes[size++] = (byte) value;
    return this;
  }

  public PayloadWriter putInt(int value) {
    room(4);
    ByteBuffer.wrap(bytes).putInt(size, value);
    size += 4;
    return this;
  }

  public PayloadWriter putLong(long value) {
    room(8);
    ByteBuffer.wrap(bytes).putLong(size, value);
    size += 8;
    return this;
  }

  /** Adds the bytes with their length. */
  public PayloadWriter putBytes(byte[] value) {
    putInt(value.length);
    room(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
    return this;
  }

  public PayloadWriter putString(@Nullable String value) {
    return value == null ? putInt(-1) : putBytes(value.getBytes(StandardCharsets.UTF_8));
  }

  public PayloadWriter putStrings(List<String> values) {
    putInt(values.size());
    values.forEach(this::putString);
    return this;
  }

  public PayloadWriter putMap(Map<String, String> values) {
    putInt(values.size());
    values.forEach((key, value) -> putString(key).putString(value));
    return this;
  }

  public byte[] toByteArray() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(size, more)));
    }
  }
}
