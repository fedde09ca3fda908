package io.cofferdam.internal.codec;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.sql.ClientInfoStatus;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JDK-serialized form of a failure, for those that pass the receiver's filter. A driver's
 * exception may be replaced by its nearest standard type, a foreign cause by a stand-in, so that
 * the exception around them still arrives as itself.
 */
final class SerializedFailure {

  /** In bytes, of one failure once it is read. */
  private static final long MAX_MEMORY = 16 << 20;

  private final TypeAllowList allowed;
  private final int maxBytes;
  private final ClassLoader loader;

  SerializedFailure(List<String> allowedTypes, int maxBytes) {
    this.allowed = new TypeAllowList(allowedTypes);
    this.maxBytes = maxBytes;
    this.loader = Loaders.current();
  }

  private SerializedFailure(TypeAllowList allowed, int maxBytes, ClassLoader loader) {
    this.allowed = allowed;
    this.maxBytes = maxBytes;
    this.loader = loader;
  }

  /** Returns one that looks for classes where those of a task are, first. */
  SerializedFailure in(ClassLoader taskLoader) {
    return taskLoader == loader
        ? this
        : new SerializedFailure(allowed, maxBytes, Loaders.chain(taskLoader, loader));
  }

  /**
   * Serializes a failure, with as few of its links replaced as its receiver accepts; empty if it
   * accepts none.
   */
  byte[] write(Throwable failure) {
    for (Replacement replacement : Replacement.values()) {
      try {
        ByteWriter out = new ByteWriter(maxBytes);
        try (Output stream = new Output(out, failure, replacement)) {
          stream.writeObject(failure);
        }
        byte[] object = out.toByteArray();
        read(object, failure instanceof SQLException, null);
        return object;
      } catch (Throwable e) {
        Fatal.rethrow(e);
      }
    }
    return new byte[0];
  }

  /**
   * Reads a failure, which must be a SQLException if {@code isSql}.
   *
   * @param untilNanos when to give up; null for never
   */
  Throwable read(byte[] object, boolean isSql, @Nullable Long untilNanos) throws Exception {
    ArrivalFilter filter = ArrivalFilter.untrusted(this::mayArrive, object.length, untilNanos);
    Throwable throwable =
        (Throwable) ObjectReader.readUntrusted(object, 0, loader, filter, MAX_MEMORY);
    if (throwable == null || (isSql && !(throwable instanceof SQLException))) {
      throw new IOException("not the exception that is described");
    }
    if (!FailureGraph.of(throwable, FailureLimits.FULL).isWhole()) {
      throw new IOException("its links form a cycle or are too many");
    }
    return throwable;
  }

  private boolean mayArrive(Class<?> type) {
    Class<?> element = TypeAllowList.elementOf(type);
    return allowed.allows(element)
        || Throwable.class.isAssignableFrom(element)
        || element == StackTraceElement.class
        || element == ClientInfoStatus.class;
  }

  /** What stands in for linked throwables, from nothing to everything, which opens a cycle. */
  private enum Replacement {
    NONE,
    DRIVER_EXCEPTIONS,
    ALL_BUT_JDK,
    ALL
  }

  private static final class Output extends ObjectOutputStream {

    private final Throwable root;
    private final Replacement replacement;

    Output(OutputStream out, Throwable root, Replacement replacement) throws IOException {
      super(out);
      this.root = root;
      this.replacement = replacement;
      enableReplaceObject(replacement != Replacement.NONE);
    }

    @Override
    protected Object replaceObject(Object object) {
      return object instanceof Throwable throwable && isReplaced(throwable)
          ? FailureGraph.of(throwable, FailureLimits.FULL).rebuild()
          : object;
    }

    private boolean isReplaced(Throwable throwable) {
      if (throwable instanceof SQLException exception) {
        return !SqlKind.isStandard(exception);
      }
      if (throwable == root || throwable instanceof RemoteThrowable) {
        return false;
      }
      return replacement == Replacement.ALL
          || (replacement == Replacement.ALL_BUT_JDK
              && throwable.getClass().getClassLoader() != null);
    }
  }
}
