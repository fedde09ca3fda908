package io.cofferdam.internal.codec;

import java.io.ObjectInputFilter;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one stream may hold: allowed types only, limited nesting, and no more references and no
 * longer arrays than its bytes can pay for; and how long it may take. Remembers why it refused. For
 * one stream; not thread-safe.
 */
final class ArrivalFilter implements ObjectInputFilter {

  private static final int MAX_DEPTH_OF_UNTRUSTED = 200;

  /** Hash tables are announced as arrays, with several slots for each of their entries. */
  private static final int MAX_ARRAY_BYTES_PER_BYTE = 8;

  private static final int FREE_ARRAY_BYTES = 1_024;
  private static final int CALLS_PER_LOOK_AT_THE_CLOCK = 16;

  private final Predicate<Class<?>> allowed;
  private final int maxDepth;
  private final int streamBytes;
  private final @Nullable Long untilNanos;
  private long arrayBytes;
  private int calls;
  private @Nullable Class<?> refusedType;
  private @Nullable String exceededLimit;

  private ArrivalFilter(
      Predicate<Class<?>> allowed, int maxDepth, int streamBytes, @Nullable Long untilNanos) {
    this.allowed = allowed;
    this.maxDepth = maxDepth;
    this.streamBytes = streamBytes;
    this.untilNanos = untilNanos;
  }

  /**
   * For a stream from a worker.
   *
   * @param untilNanos when to give up, on the clock of {@link System#nanoTime}; null for never
   */
  static ArrivalFilter untrusted(
      Predicate<Class<?>> allowed, int streamBytes, @Nullable Long untilNanos) {
    return new ArrivalFilter(allowed, MAX_DEPTH_OF_UNTRUSTED, streamBytes, untilNanos);
  }

  /** For a stream from the application: any type, at any depth. */
  static ArrivalFilter trusted(int streamBytes) {
    return new ArrivalFilter(type -> true, Integer.MAX_VALUE, streamBytes, null);
  }

  /** The first type that is not allowed, without its array dimensions, or null. */
  @Nullable Class<?> refusedType() {
    return refusedType;
  }

  /** The limit that was passed, or null. */
  @Nullable String exceededLimit() {
    return exceededLimit;
  }

  @Override
  public Status checkInput(FilterInfo info) {
    if (info.depth() > maxDepth) {
      exceededLimit = "it nests more than " + maxDepth + " objects deep";
    } else if (info.references() > streamBytes) {
      exceededLimit = "it has more objects than bytes";
    } else if (info.arrayLength() > 0) {
      arrayBytes += info.arrayLength() * widthOf(info.serialClass());
      if (arrayBytes > FREE_ARRAY_BYTES + (long) MAX_ARRAY_BYTES_PER_BYTE * streamBytes) {
        exceededLimit = "its arrays are longer than its bytes";
      }
    } else if (isOverdue()) {
      exceededLimit = "its caller does not wait for as long as it takes";
    }
    Class<?> type = info.serialClass();
    if (exceededLimit == null && type != null && !allowed.test(type)) {
      refusedType = TypeAllowList.elementOf(type);
    }
    return exceededLimit == null && refusedType == null ? Status.UNDECIDED : Status.REJECTED;
  }

  private boolean isOverdue() {
    return untilNanos != null
        && ++calls % CALLS_PER_LOOK_AT_THE_CLOCK == 0
        && System.nanoTime() - untilNanos > 0;
  }

  private static long widthOf(@Nullable Class<?> array) {
    Class<?> element = array == null ? null : array.getComponentType();
    if (element == long.class || element == double.class) {
      return Long.BYTES;
    }
    if (element == byte.class || element == boolean.class) {
      return 1;
    }
    return element == short.class || element == char.class ? Short.BYTES : Integer.BYTES;
  }
}
