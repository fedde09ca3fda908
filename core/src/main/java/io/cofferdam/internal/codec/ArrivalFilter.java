package io.cofferdam.internal.codec;

import java.io.ObjectInputFilter;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one stream may hold: allowed types only, limited nesting, and no more references and array
 * elements than its bytes can pay for. Remembers why it refused. For one stream; not thread-safe.
 */
final class ArrivalFilter implements ObjectInputFilter {

  private static final int MAX_DEPTH_OF_UNTRUSTED = 200;

  /** Hash tables are announced as arrays, with up to two slots per byte of their entries. */
  private static final int MAX_ELEMENTS_PER_BYTE = 2;

  private final Predicate<Class<?>> allowed;
  private final int maxDepth;
  private final int streamBytes;
  private long elements;
  private @Nullable Class<?> refusedType;
  private @Nullable String exceededLimit;

  private ArrivalFilter(Predicate<Class<?>> allowed, int maxDepth, int streamBytes) {
    this.allowed = allowed;
    this.maxDepth = maxDepth;
    this.streamBytes = streamBytes;
  }

  /** For a stream from a worker. */
  static ArrivalFilter untrusted(Predicate<Class<?>> allowed, int streamBytes) {
    return new ArrivalFilter(allowed, MAX_DEPTH_OF_UNTRUSTED, streamBytes);
  }

  /** For a stream from the application: any type, at any depth. */
  static ArrivalFilter trusted(int streamBytes) {
    return new ArrivalFilter(type -> true, Integer.MAX_VALUE, streamBytes);
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
      elements += info.arrayLength();
      if (elements > (long) MAX_ELEMENTS_PER_BYTE * streamBytes) {
        exceededLimit = "its arrays are longer than its bytes";
      }
    }
    Class<?> type = info.serialClass();
    if (exceededLimit == null && type != null && !allowed.test(type)) {
      refusedType = TypeAllowList.elementOf(type);
    }
    return exceededLimit == null && refusedType == null ? Status.UNDECIDED : Status.REJECTED;
  }
}
