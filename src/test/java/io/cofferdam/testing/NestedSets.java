package io.cofferdam.testing;

import java.util.HashSet;
import java.util.Set;

/** Sets that take 2 to the power of their depth steps to hash, and so to deserialize. */
public final class NestedSets {

  private NestedSets() {}

  /** Returns sets nested that deep, each pair of which holds the next pair. */
  public static Set<Object> of(int depth) {
    Set<Object> root = new HashSet<>();
    Set<Object> first = root;
    Set<Object> second = new HashSet<>();
    for (int i = 0; i < depth; i++) {
      Set<Object> left = new HashSet<>(Set.of("differs"));
      Set<Object> right = new HashSet<>();
      first.add(left);
      first.add(right);
      second.add(left);
      second.add(right);
      first = left;
      second = right;
    }
    return root;
  }
}
