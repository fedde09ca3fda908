package io.cofferdam.internal.codec;

import static java.io.ObjectStreamConstants.SC_BLOCK_DATA;
import static java.io.ObjectStreamConstants.SC_EXTERNALIZABLE;
import static java.io.ObjectStreamConstants.SC_SERIALIZABLE;
import static java.io.ObjectStreamConstants.SC_WRITE_METHOD;
import static java.io.ObjectStreamConstants.STREAM_MAGIC;
import static java.io.ObjectStreamConstants.STREAM_VERSION;
import static java.io.ObjectStreamConstants.TC_ARRAY;
import static java.io.ObjectStreamConstants.TC_BLOCKDATA;
import static java.io.ObjectStreamConstants.TC_BLOCKDATALONG;
import static java.io.ObjectStreamConstants.TC_CLASS;
import static java.io.ObjectStreamConstants.TC_CLASSDESC;
import static java.io.ObjectStreamConstants.TC_ENDBLOCKDATA;
import static java.io.ObjectStreamConstants.TC_ENUM;
import static java.io.ObjectStreamConstants.TC_LONGSTRING;
import static java.io.ObjectStreamConstants.TC_NULL;
import static java.io.ObjectStreamConstants.TC_OBJECT;
import static java.io.ObjectStreamConstants.TC_PROXYCLASSDESC;
import static java.io.ObjectStreamConstants.TC_REFERENCE;
import static java.io.ObjectStreamConstants.TC_STRING;
import static java.io.ObjectStreamConstants.baseWireHandle;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads an object stream as data, before any object of it is made, and refuses it if the objects
 * would take too much memory or too many steps. A filter cannot do that: it is asked about classes
 * and arrays, but neither about each object nor about what a back reference leads to.
 *
 * <p>Precondition: classes that write themselves write their fields first, as the specification of
 * serialization wants it. For one stream.
 */
final class StreamScan {

  private static final int MAX_DEPTH = 200;
  private static final int MAX_CLASSES = 1_000;
  private static final int MAX_ANCESTORS = 50;
  private static final int MAX_BYTES_OF_A_NUMBER = 128 << 10;

  private final ByteBuffer in;
  private final ToIntFunction<String> instanceBytes;
  private final StreamCost cost;
  private final Map<Integer, StreamShape> shapes = new HashMap<>();

  private int depth;
  private int lastArrayBytes;

  private StreamScan(
      byte[] bytes, int offset, long maxMemory, ToIntFunction<String> instanceBytes) {
    in = ByteBuffer.wrap(bytes, offset, bytes.length - offset);
    this.instanceBytes = instanceBytes;
    cost = new StreamCost(bytes.length - offset, maxMemory);
  }

  /**
   * Checks the stream that {@code bytes} hold from {@code offset} on.
   *
   * @param maxMemory the most memory that its objects may take, in bytes
   * @param instanceBytes returns how many bytes an instance of a named class takes, or 0 if that is
   *     not known
   * @throws StreamLimitException if it needs too much
   * @throws IOException if it is no object stream
   */
  static void check(byte[] bytes, int offset, long maxMemory, ToIntFunction<String> instanceBytes)
      throws IOException {
    StreamScan scan = new StreamScan(bytes, offset, maxMemory, instanceBytes);
    try {
      if (scan.in.getShort() != STREAM_MAGIC || scan.in.getShort() != STREAM_VERSION) {
        throw new IOException("not an object stream");
      }
      while (scan.in.hasRemaining()) {
        scan.content();
      }
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IOException("the object stream ends too early", e);
    }
  }

  /** Reads a value, or a piece of data between values; returns the steps to hash it. */
  private int content() throws IOException {
    if (++depth > MAX_DEPTH + 1) {
      throw new StreamLimitException("it nests more than " + MAX_DEPTH + " objects deep");
    }
    try {
      byte type = in.get();
      return switch (type) {
        case TC_NULL -> 1;
        case TC_REFERENCE -> cost.stepsOf(reference());
        case TC_STRING -> string(in.getShort() & 0xffff);
        case TC_LONGSTRING -> string(in.getLong());
        case TC_OBJECT -> object();
        case TC_ARRAY -> array();
        case TC_ENUM -> enumConstant();
        case TC_CLASS -> {
          StreamShape unused = shape();
          cost.newHandle();
          yield 1;
        }
        case TC_CLASSDESC -> {
          StreamShape unused = newShape();
          yield 1;
        }
        case TC_BLOCKDATA -> skip(in.get() & 0xff);
        case TC_BLOCKDATALONG -> skip(in.getInt());
        case TC_PROXYCLASSDESC -> throw proxy();
        default -> throw new IOException("unexpected in an object stream: " + type);
      };
    } finally {
      depth--;
    }
  }

  private int skip(long count) {
    if (count < 0 || count > in.remaining()) {
      throw new BufferUnderflowException();
    }
    in.position(in.position() + (int) count);
    return 0;
  }

  private int string(long length) throws IOException {
    int begin = in.position();
    skip(length);
    boolean wide = false;
    for (int i = begin; i < in.position(); i++) {
      wide |= in.get(i) < 0;
    }
    cost.take(24 + StreamShape.HEADER + StreamShape.aligned(wide ? 2 * length : length));
    cost.newHandle();
    return 1;
  }

  private int enumConstant() throws IOException {
    StreamShape unused = shape();
    int handle = cost.newHandle();
    content();
    return cost.stepsOf(handle);
  }

  private int array() throws IOException {
    StreamShape shape = shape();
    int handle = cost.newHandle();
    int length = in.getInt();
    char element = shape == null || shape.name().length() < 2 ? 'L' : shape.name().charAt(1);
    int width = StreamShape.widthOf(element);
    if (length < 0
        || (long) length * (StreamShape.isReference(element) ? 1 : width) > in.remaining()) {
      throw new StreamLimitException("its arrays are longer than its bytes");
    }
    cost.take(StreamShape.HEADER + StreamShape.aligned((long) length * width));
    if (StreamShape.isReference(element)) {
      for (int i = 0; i < length; i++) {
        cost.add(handle, content());
      }
    } else {
      skip((long) length * width);
      cost.add(handle, length * width / 16);
    }
    lastArrayBytes = length * width;
    return cost.stepsOf(handle);
  }

  private int object() throws IOException {
    StreamShape shape = shape();
    int handle = cost.newHandle();
    if (shape == null) {
      throw new IOException("an object without a class");
    }
    cost.take(shape.size());
    if (shape.is(SC_EXTERNALIZABLE)) {
      if (!shape.is(SC_BLOCK_DATA)) {
        throw new IOException(shape.name() + " was written in a form that is no longer in use");
      }
      annotation(handle, shape);
    } else {
      data(handle, shape);
    }
    return cost.stepsOf(handle);
  }

  /** Reads what each class of an object wrote, from the uppermost class down. */
  private void data(int handle, StreamShape shape) throws IOException {
    if (shape.parent() != null) {
      data(handle, shape.parent());
    }
    if (!shape.is(SC_SERIALIZABLE)) {
      return;
    }
    skip(shape.primitiveBytes());
    lastArrayBytes = 0;
    for (int i = 0; i < shape.references(); i++) {
      cost.add(handle, content());
    }
    if (shape.name().equals("java.math.BigInteger") && lastArrayBytes > MAX_BYTES_OF_A_NUMBER) {
      throw new StreamLimitException(
          "it holds a number of more than " + MAX_BYTES_OF_A_NUMBER + " bytes");
    }
    if (shape.is(SC_WRITE_METHOD)) {
      annotation(handle, shape);
    }
  }

  /** Reads what a class wrote beside its fields: for a collection, its elements. */
  private void annotation(int handle, StreamShape shape) throws IOException {
    Elements elements = Elements.of(shape.name());
    int index = 0;
    while (true) {
      byte next = in.get(in.position());
      if (next == TC_ENDBLOCKDATA) {
        in.get();
        return;
      }
      int taken = content();
      if (next == TC_BLOCKDATA || next == TC_BLOCKDATALONG) {
        continue;
      }
      cost.add(handle, taken);
      cost.take(elements.memory);
      if (elements.hashes(index++)) {
        cost.hash(taken);
      }
    }
  }

  private @Nullable StreamShape shape() throws IOException {
    byte type = in.get();
    return switch (type) {
      case TC_NULL -> null;
      case TC_CLASSDESC -> newShape();
      case TC_REFERENCE -> {
        StreamShape known = shapes.get(reference());
        if (known == null) {
          throw new IOException("a reference to a class leads to something else");
        }
        yield known;
      }
      case TC_PROXYCLASSDESC -> throw proxy();
      default -> throw new IOException("a class is expected in an object stream, not " + type);
    };
  }

  private StreamShape newShape() throws IOException {
    if (shapes.size() == MAX_CLASSES) {
      throw new StreamLimitException("it has more than " + MAX_CLASSES + " classes");
    }
    String name = name();
    in.getLong();
    int handle = cost.newHandle();
    int flags = in.get();
    int primitiveBytes = 0;
    int references = 0;
    for (int left = in.getShort(); left > 0; left--) {
      char type = (char) in.get();
      skip(in.getShort() & 0xffff);
      if (StreamShape.isReference(type)) {
        references++;
        content();
      } else {
        primitiveBytes += StreamShape.widthOf(type);
      }
    }
    while (in.get(in.position()) != TC_ENDBLOCKDATA) {
      content();
    }
    in.get();
    StreamShape parent = parent();
    int known = name.startsWith("[") ? 0 : instanceBytes.applyAsInt(name);
    int described = StreamShape.HEADER + primitiveBytes + StreamShape.REFERENCE * references;
    int size = Math.max(known, StreamShape.aligned(described)) + Elements.of(name).ofItsOwn;
    int ancestors = parent == null ? 0 : parent.ancestors() + 1;
    if (ancestors > MAX_ANCESTORS) {
      throw new StreamLimitException(
          "a class of it has more than " + MAX_ANCESTORS + " superclasses");
    }
    StreamShape shape =
        new StreamShape(name, flags, primitiveBytes, references, parent, ancestors, size);
    shapes.put(handle, shape);
    return shape;
  }

  private static StreamLimitException proxy() {
    return new StreamLimitException("it holds a dynamic proxy, and proxies are not allowed");
  }

  private @Nullable StreamShape parent() throws IOException {
    if (++depth > MAX_DEPTH + 1) {
      throw new StreamLimitException("it nests more than " + MAX_DEPTH + " objects deep");
    }
    StreamShape parent = shape();
    depth--;
    return parent;
  }

  private String name() {
    int length = in.getShort() & 0xffff;
    int begin = in.position();
    skip(length);
    return new String(in.array(), begin, length, StandardCharsets.UTF_8);
  }

  private int reference() throws IOException {
    return cost.known(in.getInt() - baseWireHandle);
  }
}
