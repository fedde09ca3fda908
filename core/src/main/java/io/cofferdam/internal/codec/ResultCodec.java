package io.cofferdam.internal.codec;

import io.cofferdam.internal.codec.SerializationDiagnosis.Root;
import java.io.ObjectOutputStream;
import java.lang.invoke.SerializedLambda;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns results into bytes and back. Both sides use it with the same settings: the worker encodes
 * before the commit and is refused whatever the application would refuse, which decodes without
 * trusting the worker. Thread-safe.
 */
public final class ResultCodec {

  /** In bytes, of one result once it is decoded. */
  private static final long MAX_MEMORY = 128 << 20;

  private final TypeAllowList allowed;
  private final int maxBytes;
  private final ClassLoader loader;

  /**
   * Creates a codec that allows the JDK's value types and collections and {@code allowedTypes}, in
   * at most {@code maxBytes}. Classes are found in the current thread's context class loader.
   */
  public ResultCodec(List<String> allowedTypes, int maxBytes) {
    this.allowed = new TypeAllowList(allowedTypes);
    this.maxBytes = maxBytes;
    this.loader = Loaders.current();
  }

  private ResultCodec(TypeAllowList allowed, int maxBytes, ClassLoader loader) {
    this.allowed = allowed;
    this.maxBytes = maxBytes;
    this.loader = loader;
  }

  /**
   * Returns a codec that looks for classes where those of a task are, before it looks where this
   * one does.
   */
  public ResultCodec in(ClassLoader taskLoader) {
    return taskLoader == loader
        ? this
        : new ResultCodec(allowed, maxBytes, Loaders.chain(taskLoader, loader));
  }

  /**
   * Encodes a result.
   *
   * @throws NotEncodableException if it cannot be serialized, holds a type that is not allowed, or
   *     is too large
   */
  public byte[] encode(@Nullable Object result) throws NotEncodableException {
    ByteWriter out = new ByteWriter(maxBytes);
    boolean isScalar = Scalars.write(result, out);
    if (!isScalar && result != null) {
      out.write(Scalars.OTHER);
      writeObject(result, out);
    }
    if (out.isOverLimit()) {
      throw NotEncodableException.tooLarge("The result", out.size(), maxBytes);
    }
    byte[] bytes = out.toByteArray();
    if (!isScalar) {
      rehearse(bytes);
    }
    return bytes;
  }

  /** Decodes as the receiver will: only that sees every type that its filter will be asked for. */
  private void rehearse(byte[] bytes) throws NotEncodableException {
    try {
      decode(bytes);
    } catch (NotDecodableException e) {
      throw new NotEncodableException(String.valueOf(e.getMessage()), e.getCause());
    }
  }

  private static void writeObject(Object result, ByteWriter out) throws NotEncodableException {
    try (ObjectOutputStream stream = new ObjectOutputStream(out)) {
      stream.writeObject(result);
    } catch (Throwable e) {
      Fatal.rethrow(e);
      throw new NotEncodableException(
          "The result cannot be sent to the caller: "
              + SerializationDiagnosis.of(e, List.of(Root.result(result))),
          e);
    }
  }

  /**
   * Decodes a result, however long it takes.
   *
   * @throws NotDecodableException as {@link #decode(byte[], long)} does
   */
  public @Nullable Object decode(byte[] bytes) throws NotDecodableException {
    return decode(bytes, null);
  }

  /**
   * Decodes a result. The bytes may be hostile: no more memory is taken than a multiple of them, no
   * more steps, and no more time than there is.
   *
   * @param untilNanos when to give up, on the clock of {@link System#nanoTime}
   * @throws NotDecodableException if they are no result, hold a type that is not allowed, or pass a
   *     limit
   */
  public @Nullable Object decode(byte[] bytes, long untilNanos) throws NotDecodableException {
    return decode(bytes, Long.valueOf(untilNanos));
  }

  private @Nullable Object decode(byte[] bytes, @Nullable Long untilNanos)
      throws NotDecodableException {
    if (bytes.length > maxBytes) {
      throw new NotDecodableException(
          "The result is too large: %,d bytes, and the limit is %,d."
              .formatted(bytes.length, maxBytes),
          null);
    }
    ArrivalFilter filter = null;
    try {
      ByteReader in = new ByteReader(bytes);
      byte tag = in.get();
      if (tag != Scalars.OTHER) {
        Object value = Scalars.read(tag, in);
        in.expectEnd();
        return value;
      }
      filter = ArrivalFilter.untrusted(allowed::allows, bytes.length, untilNanos);
      return ObjectReader.readUntrusted(bytes, in.position(), loader, filter, MAX_MEMORY);
    } catch (Throwable e) {
      Fatal.rethrow(e);
      throw new NotDecodableException("The result cannot be received: " + reason(e, filter), e);
    }
  }

  private static String reason(Throwable e, @Nullable ArrivalFilter filter) {
    if (filter == null) {
      return e + ".";
    }
    Class<?> refused = filter.refusedType();
    if (refused == SerializedLambda.class) {
      return "it holds a lambda, and lambdas cannot be results. Return plain values instead.";
    }
    if (refused != null) {
      return "its type %s is not allowed. Add allowResultTypes(\"%s\") to the executor's builder."
          .formatted(refused.getName(), refused.getName());
    }
    if (filter.exceededLimit() != null) {
      return filter.exceededLimit() + ".";
    }
    if (e instanceof StreamLimitException) {
      return e.getMessage() + ".";
    }
    if (e instanceof ClassNotFoundException) {
      return "class " + e.getMessage() + " is missing in the receiving process.";
    }
    return e instanceof StackOverflowError ? "it nests too deep." : e + ".";
  }
}
