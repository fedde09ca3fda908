package io.cofferdam.internal.codec;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;
import org.jspecify.annotations.Nullable;

/** A JDK object stream over bytes that finds its classes in one given loader. */
final class ObjectReader extends ObjectInputStream {

  private final ByteArrayInputStream in;
  private final ClassLoader loader;

  ObjectReader(byte[] bytes, int offset, ClassLoader loader, ObjectInputFilter filter)
      throws IOException {
    this(new ByteArrayInputStream(bytes, offset, bytes.length - offset), loader);
    setObjectInputFilter(filter);
  }

  private ObjectReader(ByteArrayInputStream in, ClassLoader loader) throws IOException {
    super(in);
    this.in = in;
    this.loader = loader;
  }

  /**
   * Reads the one object that {@code bytes}, which may be hostile, hold from {@code offset} on.
   *
   * @param maxMemory the most memory that the object may take, with all that it refers to
   */
  static @Nullable Object readUntrusted(
      byte[] bytes, int offset, ClassLoader loader, ArrivalFilter filter, long maxMemory)
      throws IOException, ClassNotFoundException {
    StreamScan.check(bytes, offset, maxMemory, name -> InstanceSizes.of(name, loader));
    return readOnly(bytes, offset, loader, filter);
  }

  /** Reads the one object that {@code bytes} hold from {@code offset} on. */
  static @Nullable Object readOnly(
      byte[] bytes, int offset, ClassLoader loader, ObjectInputFilter filter)
      throws IOException, ClassNotFoundException {
    try (ObjectReader reader = new ObjectReader(bytes, offset, loader, filter)) {
      Object object = reader.readObject();
      reader.expectEnd();
      return object;
    }
  }

  /** Fails unless all bytes have been read. */
  void expectEnd() throws IOException {
    if (available() > 0 || in.available() > 0) {
      throw new IOException("bytes follow the last object");
    }
  }

  @Override
  protected Class<?> resolveClass(ObjectStreamClass description)
      throws IOException, ClassNotFoundException {
    try {
      return Class.forName(description.getName(), false, loader);
    } catch (ClassNotFoundException e) {
      return super.resolveClass(description);
    }
  }
}
