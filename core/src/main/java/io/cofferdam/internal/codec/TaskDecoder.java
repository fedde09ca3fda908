package io.cofferdam.internal.codec;

import java.io.InvalidClassException;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of a {@link TaskEncoder} back into tasks, in a worker. Remembers the lambdas that
 * it has seen. Trusts its input as much as the application that sent it. Thread-safe.
 */
public final class TaskDecoder {

  private final ClassLoader loader;
  private final ConcurrentMap<Shape, LambdaFactory> factories = new ConcurrentHashMap<>();

  /** Creates a decoder that finds the tasks' classes in {@code loader}. */
  public TaskDecoder(ClassLoader loader) {
    this.loader = loader;
  }

  /**
   * Rebuilds a task.
   *
   * @throws NotDecodableException if a class is missing or differs here, or fails to initialize, or
   *     if the bytes are not a task
   */
  public Object decode(byte[] bytes) throws NotDecodableException {
    try {
      return switch (bytes[0]) {
        case TaskEncoder.OBJECT -> readObject(bytes);
        case TaskEncoder.LAMBDA -> readLambda(bytes);
        default -> throw new IllegalStateException("unknown kind of task " + bytes[0]);
      };
    } catch (Throwable e) {
      Fatal.rethrow(e);
      throw new NotDecodableException("The task cannot be rebuilt: " + reason(e), e);
    }
  }

  private Object readObject(byte[] bytes) throws Exception {
    Object task = ObjectReader.readOnly(bytes, 1, loader, ArrivalFilter.trusted(bytes.length));
    if (task == null) {
      throw new IllegalStateException("the task is null");
    }
    return task;
  }

  private Object readLambda(byte[] bytes) throws Throwable {
    ByteReader in = new ByteReader(bytes);
    in.skip(1);
    int hash = in.getInt();
    int length = in.getCount(1);
    int names = in.position();
    Shape shape = new Shape(bytes, names, length, hash);
    LambdaFactory factory = factories.get(shape);
    if (factory == null) {
      factory = remember(shape);
    }
    Object task = factory.create(bytes, names + length);
    if (task == null) {
      throw new IllegalStateException(factory.capturingClass() + " made no lambda");
    }
    return task;
  }

  private LambdaFactory remember(Shape shape) throws ReflectiveOperationException {
    byte[] names = shape.names();
    LambdaFactory factory = new LambdaFactory(new ByteReader(names), loader);
    factories.put(new Shape(names, 0, names.length, shape.hash), factory);
    return factory;
  }

  private static String reason(Throwable e) {
    if (e instanceof ClassNotFoundException || e instanceof NoClassDefFoundError) {
      return "class "
          + String.valueOf(e.getMessage()).replace('/', '.')
          + " is missing in the worker. The worker class path must hold it.";
    }
    if (e instanceof ExceptionInInitializerError && e.getCause() != null) {
      return "a class of it failed to initialize in the worker: " + e.getCause();
    }
    if (e instanceof StackOverflowError) {
      return "its objects nest too deep.";
    }
    if (isVersionMismatch(e)) {
      return "the worker has another version of its class ("
          + e
          + "). The worker class path must hold the application's own classes.";
    }
    return e.toString();
  }

  private static boolean isVersionMismatch(Throwable e) {
    return e instanceof NoSuchMethodException
        || e instanceof LinkageError
        || e instanceof InvalidClassException
        || (e instanceof IllegalArgumentException
            && "Invalid lambda deserialization".equals(e.getMessage()));
  }

  /** A lambda's constant part as a key: a range of bytes with a hash made by the encoder. */
  private static final class Shape {

    private final byte[] bytes;
    private final int offset;
    private final int length;
    private final int hash;

    Shape(byte[] bytes, int offset, int length, int hash) {
      this.bytes = bytes;
      this.offset = offset;
      this.length = length;
      this.hash = hash;
    }

    byte[] names() {
      return Arrays.copyOfRange(bytes, offset, offset + length);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Shape that
          && Arrays.equals(
              bytes, offset, offset + length, that.bytes, that.offset, that.offset + that.length);
    }
  }
}
