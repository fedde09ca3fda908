package io.cofferdam.internal.codec;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** How much memory an instance of a class takes, with the references of a heap below 32 GB. */
final class InstanceSizes {

  private static final int HEADER = 12;

  private static final ClassValue<Integer> SIZES =
      new ClassValue<>() {
        @Override
        protected Integer computeValue(Class<?> type) {
          return compute(type);
        }
      };

  /** The classes of {@code java.*}, which are the same in every loader, by name. */
  private static final ConcurrentMap<String, Integer> JDK_SIZES = new ConcurrentHashMap<>();

  private static final int MOST_REMEMBERED = 1_000;

  private InstanceSizes() {}

  /** Returns the size of an instance of the class of that name, or 0 if there is no such class. */
  static int of(String className, ClassLoader loader) {
    if (!className.startsWith("java.")) {
      return find(className, loader);
    }
    Integer known = JDK_SIZES.get(className);
    if (known != null) {
      return known;
    }
    int size = find(className, loader);
    if (size > 0 && JDK_SIZES.size() < MOST_REMEMBERED) {
      JDK_SIZES.put(className, size);
    }
    return size;
  }

  private static int find(String className, ClassLoader loader) {
    try {
      return SIZES.get(Class.forName(className, false, loader));
    } catch (ClassNotFoundException | LinkageError e) {
      return 0;
    }
  }

  private static int compute(Class<?> type) {
    int size = HEADER;
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      for (Field field : each.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())) {
          size += widthOf(field.getType());
        }
      }
    }
    return (size + 7) & ~7;
  }

  private static int widthOf(Class<?> type) {
    if (type == long.class || type == double.class) {
      return Long.BYTES;
    }
    if (type == byte.class || type == boolean.class) {
      return 1;
    }
    return type == short.class || type == char.class ? Short.BYTES : Integer.BYTES;
  }
}
