package io.cofferdam.internal.worker.thread;

import java.lang.ref.Reference;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a task has left a thread-local behind. The JDK has no way to ask for them, so
 * its fields are read; where they cannot be, every thread counts as one with thread-locals.
 */
public final class ThreadLocals {

  private static final @Nullable Fields FIELDS = Fields.find();

  /** Buffers and counters of the JDK, outside of its internal packages. */
  private static final Set<String> OF_THE_JDK =
      Set.of(
          "java.math.BigDecimal$StringBuilderHelper",
          "java.security.Provider$ServiceKey",
          "java.util.concurrent.locks.ReentrantReadWriteLock$Sync$HoldCounter");

  private ThreadLocals() {}

  /** Returns whether the current thread has none but those of the JDK. */
  public static boolean areNone() {
    Fields fields = FIELDS;
    if (fields == null) {
      return false;
    }
    Thread thread = Thread.currentThread();
    try {
      return areNone(fields, fields.own.get(thread))
          && areNone(fields, fields.inheritable.get(thread));
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean areNone(Fields fields, @Nullable Object map)
      throws IllegalAccessException {
    if (map == null) {
      return true;
    }
    for (@Nullable Reference<?> entry : (@Nullable Reference<?>[]) fields.table.get(map)) {
      Object value = entry == null ? null : fields.value.get(entry);
      if (value != null && !isOfTheJdk(value) && !isOfTheJdk(entry.get())) {
        return false;
      }
    }
    return true;
  }

  private static boolean isOfTheJdk(@Nullable Object keyOrValue) {
    if (keyOrValue == null) {
      return false;
    }
    Class<?> type = keyOrValue.getClass();
    Class<?> element = type;
    while (element.isArray()) {
      element = element.getComponentType();
    }
    return (element.getClassLoader() == null
            && !element.isPrimitive()
            && !element.getModule().isExported(element.getPackageName()))
        || OF_THE_JDK.contains(type.getName());
  }

  private record Fields(Field own, Field inheritable, Field table, Field value) {

    static @Nullable Fields find() {
      try {
        Class<?> map = Class.forName("java.lang.ThreadLocal$ThreadLocalMap");
        Class<?> entry = Class.forName("java.lang.ThreadLocal$ThreadLocalMap$Entry");
        return new Fields(
            open(Thread.class, "threadLocals"),
            open(Thread.class, "inheritableThreadLocals"),
            open(map, "table"),
            open(entry, "value"));
      } catch (ReflectiveOperationException | InaccessibleObjectException e) {
        System.err.println("thread-locals cannot be seen, so each task has a new thread: " + e);
        return null;
      }
    }

    private static Field open(Class<?> type, String name) throws NoSuchFieldException {
      Field field = type.getDeclaredField(name);
      field.setAccessible(true);
      return field;
    }
  }
}
