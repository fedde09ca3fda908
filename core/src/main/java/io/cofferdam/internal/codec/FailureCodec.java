package io.cofferdam.internal.codec;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Turns exceptions into bytes and back. Both sides use it with the same settings. Always sent is a
 * description; with it goes the serialized exception itself, if it passes the receiver's filter:
 * the allowed result types, and throwables. Thread-safe.
 */
public final class FailureCodec {

  /** The smallest limit, in bytes, in which every failure can be described. */
  public static final int LEAST_MAX_BYTES = 4_096;

  /** In bytes, of a failure that is described only. */
  private static final int MAX_DESCRIPTION = 64 << 10;

  private static final int CALLER_FRAMES_TO_SKIP = 2;

  /** The class of the frame that names the worker. */
  private static final String BOUNDARY = "cofferdam";

  private final SerializedFailure serializedForm;
  private final int maxBytes;

  /**
   * Creates a codec whose failures take at most {@code maxBytes}. Classes are found in the current
   * thread's context class loader.
   */
  public FailureCodec(List<String> allowedTypes, int maxBytes) {
    if (maxBytes < LEAST_MAX_BYTES) {
      throw new IllegalArgumentException(
          "maxBytes is " + maxBytes + "; it must be at least " + LEAST_MAX_BYTES);
    }
    this.serializedForm = new SerializedFailure(allowedTypes, maxBytes);
    this.maxBytes = maxBytes;
  }

  private FailureCodec(SerializedFailure serializedForm, int maxBytes) {
    this.serializedForm = serializedForm;
    this.maxBytes = maxBytes;
  }

  /**
   * Returns a codec that looks for classes where those of a task are, before it looks where this
   * one does.
   */
  public FailureCodec in(ClassLoader taskLoader) {
    return new FailureCodec(serializedForm.in(taskLoader), maxBytes);
  }

  /**
   * Encodes a failure. Never throws: what cannot be serialized is described, and a description that
   * is too large is shortened.
   */
  public byte[] encode(Throwable failure) {
    byte[] serialized = serializedForm.write(failure);
    for (FailureLimits limits : List.of(FailureLimits.FULL, FailureLimits.SHORT)) {
      FailureGraph graph = FailureGraph.of(failure, limits);
      for (byte[] object : List.of(serialized, new byte[0])) {
        ByteWriter out = write(graph, object);
        if (!out.isOverLimit()) {
          return out.toByteArray();
        }
      }
    }
    return write(FailureGraph.of(failure, FailureLimits.LEAST), new byte[0]).toByteArray();
  }

  private ByteWriter write(FailureGraph graph, byte[] object) {
    ByteWriter out = new ByteWriter(maxBytes);
    FailureGraphWire.write(graph, out);
    out.putBytes(object);
    return out;
  }

  /**
   * Decodes a failure, however long it takes.
   *
   * @throws NotDecodableException as {@link #decode(byte[], long)} does
   */
  public Failure decode(byte[] bytes) throws NotDecodableException {
    return decode(bytes, null);
  }

  /**
   * Decodes a failure. The bytes may be hostile. A SQLException arrives as one. What takes too long
   * to be rebuilt arrives as its description.
   *
   * @param untilNanos when to give up, on the clock of {@link System#nanoTime}
   * @throws NotDecodableException if the bytes are no failure
   */
  public Failure decode(byte[] bytes, long untilNanos) throws NotDecodableException {
    return decode(bytes, Long.valueOf(untilNanos));
  }

  private Failure decode(byte[] bytes, @Nullable Long untilNanos) throws NotDecodableException {
    try {
      ByteReader in = new ByteReader(bytes);
      FailureGraph graph = FailureGraphWire.read(in, FailureLimits.FULL);
      byte[] object = in.getBytes();
      in.expectEnd();
      FailureForm root = graph.root();
      Throwable rebuilt = tryDeserialize(object, root.sql() != null, untilNanos);
      if (rebuilt != null) {
        return new Failure.Rebuilt(rebuilt);
      }
      return root.sql() != null
          ? new Failure.Rebuilt(graph.rebuild())
          : new Failure.Foreign(root.className(), root.message(), graph.print());
    } catch (Throwable e) {
      Fatal.rethrow(e);
      throw new NotDecodableException("The failure cannot be received: " + e, e);
    }
  }

  /**
   * Encodes a failure as text and numbers alone, for a reader that must not deserialize anything.
   * Never throws.
   */
  public static byte[] describe(Throwable failure) {
    for (FailureLimits limits : List.of(FailureLimits.SHORT, FailureLimits.LEAST)) {
      ByteWriter out = new ByteWriter(MAX_DESCRIPTION);
      FailureGraphWire.write(FailureGraph.of(failure, limits), out);
      if (!out.isOverLimit()) {
        return out.toByteArray();
      }
    }
    throw new IllegalStateException("the least description has " + MAX_DESCRIPTION + " bytes");
  }

  /**
   * Rebuilds a failure from its description: a SQLException as its nearest standard type, anything
   * else as a stand-in that prints like it. The bytes may be hostile; no class of theirs is loaded.
   *
   * @param shown returns what is shown of a text
   * @throws NotDecodableException if the bytes are no description
   */
  public static Throwable rebuild(byte[] description, UnaryOperator<String> shown)
      throws NotDecodableException {
    try {
      if (description.length > MAX_DESCRIPTION) {
        throw new IllegalStateException(description.length + " bytes");
      }
      ByteReader in = new ByteReader(description);
      FailureGraph graph = FailureGraphWire.read(in, FailureLimits.SHORT, shown);
      in.expectEnd();
      return graph.rebuild();
    } catch (RuntimeException e) {
      throw new NotDecodableException("The failure cannot be received: " + e, e);
    }
  }

  private @Nullable Throwable tryDeserialize(
      byte[] object, boolean isSql, @Nullable Long untilNanos) {
    if (object.length == 0) {
      return null;
    }
    try {
      return serializedForm.read(object, isSql, untilNanos);
    } catch (Throwable e) {
      Fatal.rethrow(e);
      return null;
    }
  }

  /**
   * Appends a frame that names the worker, and then the current thread's stack, to the stack trace
   * of a rebuilt exception. Does nothing to one whose stack trace cannot be written. One that is
   * the same object each time ({@code readResolve}) may have such stacks of earlier callers: they
   * go.
   */
  public static void appendCallerStack(Throwable rebuilt, String workerName) {
    try {
      StackTraceElement[] remote =
          Arrays.stream(rebuilt.getStackTrace())
              .takeWhile(frame -> !frame.getClassName().equals(BOUNDARY))
              .toArray(StackTraceElement[]::new);
      StackTraceElement[] caller = Thread.currentThread().getStackTrace();
      int callerFrames = Math.max(0, caller.length - CALLER_FRAMES_TO_SKIP);
      StackTraceElement[] both = Arrays.copyOf(remote, remote.length + 1 + callerFrames);
      both[remote.length] = new StackTraceElement(BOUNDARY, "worker", workerName, -1);
      System.arraycopy(caller, caller.length - callerFrames, both, remote.length + 1, callerFrames);
      rebuilt.setStackTrace(both);
    } catch (RuntimeException e) {
      return;
    }
  }
}
