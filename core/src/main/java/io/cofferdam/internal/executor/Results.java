package io.cofferdam.internal.executor;

import org.jspecify.annotations.Nullable;

/** The one place where a decoded result becomes what its task promised to return. */
final class Results {

  private Results() {}

  @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"})
  static <R extends @Nullable Object> R cast(@Nullable Object result) {
    return (R) result;
  }
}
