package io.cofferdam.internal.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A tag and a few bytes for each of the small value types that most tasks and results are of. */
final class Scalars {

  /** The tag that announces a value of any other type; its owner decides what follows. */
  static final byte OTHER = 0;

  private static final byte NULL = 1;
  private static final byte STRING = 2;
  private static final byte UTF16_STRING = 3;
  private static final byte FALSE = 4;
  private static final byte TRUE = 5;
  private static final byte BYTE = 6;
  private static final byte SHORT = 7;
  private static final byte CHARACTER = 8;
  private static final byte INTEGER = 9;
  private static final byte LONG = 10;
  private static final byte FLOAT = 11;
  private static final byte DOUBLE = 12;
  private static final byte BIG_DECIMAL = 13;
  private static final byte BIG_INTEGER = 14;
  private static final byte ID = 15;
  private static final byte BYTES = 16;
  private static final byte LOCAL_DATE = 17;
  private static final byte LOCAL_DATE_TIME = 18;
  private static final byte INSTANT = 19;

  private static final Set<Class<?>> IMMUTABLE =
      Set.of(
          Boolean.class,
          Byte.class,
          Short.class,
          Character.class,
          Float.class,
          Double.class,
          BigInteger.class,
          LocalDate.class,
          LocalDateTime.class,
          Instant.class);

  private Scalars() {}

  /** Returns whether the value has a tag of its own and cannot change. */
  static boolean isImmutable(Object value) {
    Class<?> type = value.getClass();
    return type == String.class
        || type == Integer.class
        || type == Long.class
        || type == BigDecimal.class
        || type == UUID.class
        || IMMUTABLE.contains(type);
  }

  /** Writes the tag and the value, or nothing and returns false if it has no tag of its own. */
  static boolean write(@Nullable Object value, ByteWriter out) {
    if (value == null) {
      out.write(NULL);
    } else if (value instanceof String text) {
      writeString(text, out);
    } else if (value instanceof Boolean flag) {
      out.write(flag ? TRUE : FALSE);
    } else if (value instanceof UUID id) {
      out.write(ID);
      out.putLong(id.getMostSignificantBits());
      out.putLong(id.getLeastSignificantBits());
    } else if (value instanceof byte[] bytes) {
      out.write(BYTES);
      out.putBytes(bytes);
    } else {
      return writeNumber(value, out) || writeTime(value, out);
    }
    return true;
  }

  private static void writeString(String text, ByteWriter out) {
    if (!hasSurrogates(text)) {
      out.write(STRING);
      out.putText(text);
      return;
    }
    out.write(UTF16_STRING);
    out.putInt(text.length());
    for (int i = 0; i < text.length(); i++) {
      out.putShort(text.charAt(i));
    }
  }

  private static boolean hasSurrogates(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean writeNumber(Object value, ByteWriter out) {
    Class<?> type = value.getClass();
    if (type == Integer.class) {
      out.write(INTEGER);
      out.putInt((Integer) value);
    } else if (type == Long.class) {
      out.write(LONG);
      out.putLong((Long) value);
    } else if (type == BigDecimal.class) {
      out.write(BIG_DECIMAL);
      out.putInt(((BigDecimal) value).scale());
      out.putBytes(((BigDecimal) value).unscaledValue().toByteArray());
    } else if (type == BigInteger.class) {
      out.write(BIG_INTEGER);
      out.putBytes(((BigInteger) value).toByteArray());
    } else if (type == Double.class) {
      out.write(DOUBLE);
      out.putLong(Double.doubleToRawLongBits((Double) value));
    } else if (type == Float.class) {
      out.write(FLOAT);
      out.putInt(Float.floatToRawIntBits((Float) value));
    } else if (type == Short.class) {
      out.write(SHORT);
      out.putShort((Short) value);
    } else if (type == Byte.class) {
      out.write(BYTE);
      out.write((Byte) value);
    } else if (type == Character.class) {
      out.write(CHARACTER);
      out.putShort((Character) value);
    } else {
      return false;
    }
    return true;
  }

  private static boolean writeTime(Object value, ByteWriter out) {
    if (value instanceof LocalDate date) {
      out.write(LOCAL_DATE);
      out.putLong(date.toEpochDay());
    } else if (value instanceof LocalDateTime dateTime) {
      out.write(LOCAL_DATE_TIME);
      out.putLong(dateTime.toLocalDate().toEpochDay());
      out.putLong(dateTime.toLocalTime().toNanoOfDay());
    } else if (value instanceof Instant instant) {
      out.write(INSTANT);
      out.putLong(instant.getEpochSecond());
      out.putInt(instant.getNano());
    } else {
      return false;
    }
    return true;
  }

  /** Reads the value that follows {@code tag}, which is not {@link #OTHER}. */
  static @Nullable Object read(byte tag, ByteReader in) {
    return switch (tag) {
      case NULL -> null;
      case STRING -> in.getText();
      case UTF16_STRING -> readUtf16(in);
      case FALSE -> false;
      case TRUE -> true;
      case BYTE -> in.get();
      case SHORT -> in.getShort();
      case CHARACTER -> in.getChar();
      case INTEGER -> in.getInt();
      case LONG -> in.getLong();
      case FLOAT -> Float.intBitsToFloat(in.getInt());
      case DOUBLE -> Double.longBitsToDouble(in.getLong());
      case BIG_DECIMAL -> readBigDecimal(in);
      case BIG_INTEGER -> new BigInteger(in.getBytes());
      case ID -> new UUID(in.getLong(), in.getLong());
      case BYTES -> in.getBytes();
      case LOCAL_DATE -> LocalDate.ofEpochDay(in.getLong());
      case LOCAL_DATE_TIME -> readLocalDateTime(in);
      case INSTANT -> Instant.ofEpochSecond(in.getLong(), in.getInt());
      default -> throw new IllegalStateException("unknown tag " + tag);
    };
  }

  private static String readUtf16(ByteReader in) {
    char[] chars = new char[in.getCount(Character.BYTES)];
    for (int i = 0; i < chars.length; i++) {
      chars[i] = in.getChar();
    }
    return new String(chars);
  }

  private static BigDecimal readBigDecimal(ByteReader in) {
    int scale = in.getInt();
    return new BigDecimal(new BigInteger(in.getBytes()), scale);
  }

  private static LocalDateTime readLocalDateTime(ByteReader in) {
    LocalDate date = LocalDate.ofEpochDay(in.getLong());
    return date.atTime(LocalTime.ofNanoOfDay(in.getLong()));
  }
}
