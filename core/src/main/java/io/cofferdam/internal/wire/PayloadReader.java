package io.cofferdam.internal.wire;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the payload of a frame. Every length is checked against what is left before anything is
 * allocated. Not thread-safe.
 */
public final class PayloadReader {

  private final ByteBuffer bytes;

  public PayloadReader(byte[] payload) {
    bytes = ByteBuffer.wrap(payload);
  }

  public byte getByte() throws ProtocolException {
    try {
      return bytes.get();
    } catch (BufferUnderflowException e) {
      throw ended(e);
    }
  }

  public int getInt() throws ProtocolException {
    try {
      return bytes.getInt();
    } catch (BufferUnderflowException e) {
      throw ended(e);
    }
  }

  public long getLong() throws ProtocolException {
    try {
      return bytes.getLong();
    } catch (BufferUnderflowException e) {
      throw ended(e);
    }
  }

  public byte[] getBytes() throws ProtocolException {
    byte[] value = new byte[checkedLength(getInt())];
    bytes.get(value);
    return value;
  }

  public String getString() throws ProtocolException {
    return new String(getBytes(), StandardCharsets.UTF_8);
  }

  /**
   * Reads text of which no more than {@code maxBytes} bytes are of interest; the rest is cut off.
   */
  public String getText(int maxBytes) throws ProtocolException {
    String text = getNullableText(maxBytes);
    if (text == null) {
      throw new ProtocolException("no text where there must be one");
    }
    return text;
  }

  /** Reads text like {@link #getText}, or null. */
  public @Nullable String getNullableText(int maxBytes) throws ProtocolException {
    int length = getInt();
    if (length == -1) {
      return null;
    }
    byte[] value = new byte[Math.min(checkedLength(length), maxBytes)];
    bytes.get(value);
    bytes.position(bytes.position() + length - value.length);
    return new String(value, StandardCharsets.UTF_8);
  }

  public @Nullable String getNullableString() throws ProtocolException {
    int length = getInt();
    if (length == -1) {
      return null;
    }
    byte[] value = new byte[checkedLength(length)];
    bytes.get(value);
    return new String(value, StandardCharsets.UTF_8);
  }

  public List<String> getStrings() throws ProtocolException {
    int count = checkedLength(getInt());
    List<String> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(getString());
    }
    return values;
  }

  public Map<String, String> getMap() throws ProtocolException {
    int count = checkedLength(getInt());
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      values.put(getString(), getString());
    }
    return values;
  }

  private int checkedLength(int length) throws ProtocolException {
    if (length < 0 || length > bytes.remaining()) {
      throw new ProtocolException(
          "a length of " + length + " where " + bytes.remaining() + " bytes are left");
    }
    return length;
  }

  private static ProtocolException ended(BufferUnderflowException cause) {
    ProtocolException ended = new ProtocolException("the payload ends too early");
    ended.initCause(cause);
    return ended;
  }
}
