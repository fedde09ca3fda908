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
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads an object stream as data, before any object of it is made, and refuses it if the objects
 * would take too much memory or too many steps. A filter cannot do that: it is asked about classes
 * and arrays, but neither about each object nor about what a back reference leads to.
 *
 * <p>The steps are those of {@code hashCode}. To hash a value takes one step and those of all that
 * it refers to, so a value whose parts share their parts may take 2 to the power of its depth. What
 * an object that is still being read refers to by then counts: it may be hashed in this state.
 *
 * <p>Precondition: classes that write themselves write their fields first, as the specification of
 * serialization wants it. For one stream.
 */
final class StreamScan {

  /** The stream would need more than it may. */
  static final class LimitException extends IOException {
    private static final long serialVersionUID = 1L;

    LimitException(String message) {
      super(message);
    }
  }

  private static final int MAX_DEPTH = 200;
  private static final int MAX_CLASSES = 1_000;
  private static final int MAX_ANCESTORS = 50;
  private static final int MAX_STEPS_OF_A_VALUE = 1_000_000_000;
  private static final int MAX_BYTES_OF_A_NUMBER = 128 << 10;

  /** What a stream of any size may need; beyond that it is a multiple of its bytes. */
  private static final int FREE_MEMORY = 1 << 20;

  private static final int MEMORY_PER_BYTE = 16;
  private static final int FREE_STEPS = 1_000_000;
  private static final int STEPS_PER_BYTE = 16;

  private static final int REFERENCE = 4;
  private static final int HEADER = 16;

  private record Shape(
      String name,
      int flags,
      int primitiveBytes,
      int references,
      @Nullable Shape parent,
      int ancestors,
      int size) {

    boolean is(int flag) {
      return (flags & flag) != 0;
    }
  }

  private final ByteBuffer in;
  private final ToIntFunction<String> instanceBytes;
  private final long maxMemory;
  private final long maxSteps;
  private final Map<Integer, Shape> shapes = new HashMap<>();

  /** By handle: how many steps it takes to hash the value, as far as it has been read. */
  private int[] steps = new int[64];

  private int handles;
  private int depth;
  private long memory;
  private long hashing;
  private int lastArrayBytes;

  private StreamScan(
      byte[] bytes, int offset, long maxMemory, ToIntFunction<String> instanceBytes) {
    in = ByteBuffer.wrap(bytes, offset, bytes.length - offset);
    this.instanceBytes = instanceBytes;
    this.maxMemory =
        Math.min(maxMemory, FREE_MEMORY + (long) MEMORY_PER_BYTE * (bytes.length - offset));
    maxSteps = FREE_STEPS + (long) STEPS_PER_BYTE * (bytes.length - offset);
  }

  /**
   * Checks the stream that {@code bytes} hold from {@code offset} on.
   *
   * @param maxMemory the most memory that its objects may take, in bytes
   * @param instanceBytes returns how many bytes an instance of a named class takes, or 0 if that is
   *     not known
   * @throws LimitException if it needs too much
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
      throw new LimitException("it nests more than " + MAX_DEPTH + " objects deep");
    }
    try {
      byte type = in.get();
      return switch (type) {
        case TC_NULL -> 1;
        case TC_REFERENCE -> steps[reference()];
        case TC_STRING -> string(in.getShort() & 0xffff);
        case TC_LONGSTRING -> string(in.getLong());
        case TC_OBJECT -> object();
        case TC_ARRAY -> array();
        case TC_ENUM -> enumConstant();
        case TC_CLASS -> {
          Shape unused = shape();
          newHandle();
          yield 1;
        }
        case TC_CLASSDESC -> {
          Shape unused = newShape();
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
    take(24 + HEADER + aligned(wide ? 2 * length : length));
    newHandle();
    return 1;
  }

  private int enumConstant() throws IOException {
    Shape unused = shape();
    int handle = newHandle();
    content();
    return steps[handle];
  }

  private int array() throws IOException {
    Shape shape = shape();
    int handle = newHandle();
    int length = in.getInt();
    char element = shape == null || shape.name.length() < 2 ? 'L' : shape.name.charAt(1);
    int width = widthOf(element);
    if (length < 0 || (long) length * (isReference(element) ? 1 : width) > in.remaining()) {
      throw new LimitException("its arrays are longer than its bytes");
    }
    take(HEADER + aligned((long) length * width));
    if (isReference(element)) {
      for (int i = 0; i < length; i++) {
        add(handle, content());
      }
    } else {
      skip((long) length * width);
      add(handle, length * width / 16);
    }
    lastArrayBytes = length * width;
    return steps[handle];
  }

  private int object() throws IOException {
    Shape shape = shape();
    int handle = newHandle();
    if (shape == null) {
      throw new IOException("an object without a class");
    }
    take(shape.size);
    if (shape.is(SC_EXTERNALIZABLE)) {
      if (!shape.is(SC_BLOCK_DATA)) {
        throw new IOException(shape.name + " was written in a form that is no longer in use");
      }
      annotation(handle, shape);
    } else {
      data(handle, shape);
    }
    return steps[handle];
  }

  /** Reads what each class of an object wrote, from the uppermost class down. */
  private void data(int handle, Shape shape) throws IOException {
    if (shape.parent != null) {
      data(handle, shape.parent);
    }
    if (!shape.is(SC_SERIALIZABLE)) {
      return;
    }
    skip(shape.primitiveBytes);
    lastArrayBytes = 0;
    for (int i = 0; i < shape.references; i++) {
      add(handle, content());
    }
    if (shape.name.equals("java.math.BigInteger") && lastArrayBytes > MAX_BYTES_OF_A_NUMBER) {
      throw new LimitException(
          "it holds a number of more than " + MAX_BYTES_OF_A_NUMBER + " bytes");
    }
    if (shape.is(SC_WRITE_METHOD)) {
      annotation(handle, shape);
    }
  }

  /** Reads what a class wrote beside its fields: for a collection, its elements. */
  private void annotation(int handle, Shape shape) throws IOException {
    Elements elements = Elements.of(shape.name);
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
      add(handle, taken);
      take(elements.memory);
      if (elements.hashes(index++)) {
        hashing += taken;
        if (hashing > maxSteps) {
          throw new LimitException("to hash what it holds takes more steps than its bytes allow");
        }
      }
    }
  }

  private @Nullable Shape shape() throws IOException {
    byte type = in.get();
    return switch (type) {
      case TC_NULL -> null;
      case TC_CLASSDESC -> newShape();
      case TC_REFERENCE -> {
        Shape known = shapes.get(reference());
        if (known == null) {
          throw new IOException("a reference to a class leads to something else");
        }
        yield known;
      }
      case TC_PROXYCLASSDESC -> throw proxy();
      default -> throw new IOException("a class is expected in an object stream, not " + type);
    };
  }

  private Shape newShape() throws IOException {
    if (shapes.size() == MAX_CLASSES) {
      throw new LimitException("it has more than " + MAX_CLASSES + " classes");
    }
    String name = name();
    in.getLong();
    int handle = newHandle();
    int flags = in.get();
    int primitiveBytes = 0;
    int references = 0;
    for (int left = in.getShort(); left > 0; left--) {
      char type = (char) in.get();
      skip(in.getShort() & 0xffff);
      if (isReference(type)) {
        references++;
        content();
      } else {
        primitiveBytes += widthOf(type);
      }
    }
    while (in.get(in.position()) != TC_ENDBLOCKDATA) {
      content();
    }
    in.get();
    Shape parent = parent();
    int known = name.startsWith("[") ? 0 : instanceBytes.applyAsInt(name);
    int described = HEADER + primitiveBytes + REFERENCE * references;
    int size = Math.max(known, aligned(described)) + Elements.of(name).ofItsOwn;
    int ancestors = parent == null ? 0 : parent.ancestors + 1;
    if (ancestors > MAX_ANCESTORS) {
      throw new LimitException("a class of it has more than " + MAX_ANCESTORS + " superclasses");
    }
    Shape shape = new Shape(name, flags, primitiveBytes, references, parent, ancestors, size);
    shapes.put(handle, shape);
    return shape;
  }

  private static LimitException proxy() {
    return new LimitException("it holds a dynamic proxy, and proxies are not allowed");
  }

  private @Nullable Shape parent() throws IOException {
    if (++depth > MAX_DEPTH + 1) {
      throw new LimitException("it nests more than " + MAX_DEPTH + " objects deep");
    }
    Shape parent = shape();
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
    int handle = in.getInt() - baseWireHandle;
    if (handle < 0 || handle >= handles) {
      throw new IOException("a reference leads nowhere");
    }
    return handle;
  }

  private int newHandle() {
    if (handles == steps.length) {
      steps = Arrays.copyOf(steps, 2 * handles);
    }
    steps[handles] = 1;
    return handles++;
  }

  private void add(int handle, int more) throws LimitException {
    long sum = (long) steps[handle] + more;
    if (sum > MAX_STEPS_OF_A_VALUE) {
      throw new LimitException("its parts share their parts so often that it cannot be walked");
    }
    steps[handle] = (int) sum;
  }

  private void take(long bytes) throws LimitException {
    memory += bytes;
    if (memory > maxMemory) {
      throw new LimitException(
          String.format("it takes more than %,d bytes of memory once it is read", maxMemory));
    }
  }

  private static int aligned(long bytes) {
    return (int) ((bytes + 7) & ~7L);
  }

  private static boolean isReference(char type) {
    return type == 'L' || type == '[';
  }

  private static int widthOf(char type) throws IOException {
    return switch (type) {
      case 'B', 'Z' -> 1;
      case 'C', 'S' -> 2;
      case 'I', 'F' -> 4;
      case 'J', 'D' -> 8;
      case 'L', '[' -> REFERENCE;
      default -> throw new IOException("no type of a field: " + (int) type);
    };
  }

  /** What a class does with the values that it wrote beside its fields. */
  private enum Elements {
    /** Keys and values of a hash table by turns. */
    MAP(52, 40, 2),
    SET(52, 64, 1),
    SORTED_MAP(24, 0, 2),
    LIST(8, 0, 0),
    LINKED_LIST(24, 0, 0),
    BY_ENUM(0, 256, 0),
    /** Not known: it may hash each of them. */
    OTHER(16, 0, 1);

    /** The memory that each value takes beside its own. */
    private final int memory;

    /** The memory that the collection takes beside its instance. */
    private final int ofItsOwn;

    /** Of how many values one is hashed; 0 if none is. */
    private final int hashed;

    Elements(int memory, int ofItsOwn, int hashed) {
      this.memory = memory;
      this.ofItsOwn = ofItsOwn;
      this.hashed = hashed;
    }

    boolean hashes(int index) {
      return hashed != 0 && index % hashed == 0;
    }

    static Elements of(String className) {
      return switch (className) {
        case "java.util.HashMap", "java.util.Hashtable" -> MAP;
        case "java.util.HashSet" -> SET;
        case "java.util.TreeMap" -> SORTED_MAP;
        case "java.util.LinkedList" -> LINKED_LIST;
        case "java.util.ArrayList", "java.util.ArrayDeque", "java.util.Vector" -> LIST;
        case "java.util.EnumMap" -> BY_ENUM;
        default -> OTHER;
      };
    }
  }
}
