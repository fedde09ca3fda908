package io.cofferdam.internal.codec;

import java.io.Externalizable;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.ObjectStreamField;
import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Searches what JDK serialization would visit for the object nearest to the root that is not
 * serializable. It does not look into objects that write themselves in their own way, other than
 * the JDK's collections, nor into fields that are closed to reflection.
 */
final class CulpritSearch {

  private static final int MAX_VISITED = 100_000;

  private final Set<Object> visited = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Queue<Step> pending = new ArrayDeque<>();

  private CulpritSearch() {}

  /** An object, and the way to it as a chain of steps from the root. */
  record Step(Object value, @Nullable Step from, String name) {

    /** Returns the names from the root to here, such as {@code order.lines[3].session}. */
    String path() {
      ArrayDeque<String> names = new ArrayDeque<>();
      for (Step step = this; step != null; step = step.from) {
        names.addFirst(step.name);
      }
      return String.join("", names);
    }

    boolean isRoot() {
      return from == null;
    }
  }

  /**
   * Returns the nearest object of the class named {@code className} that is not serializable, or
   * null if it is not found.
   */
  static @Nullable Step find(Object root, String rootName, String className) {
    CulpritSearch search = new CulpritSearch();
    search.visit(root, null, rootName);
    for (Step step = search.pending.poll(); step != null; step = search.pending.poll()) {
      if (!(step.value instanceof Serializable)) {
        if (step.value.getClass().getName().equals(className)) {
          return step;
        }
      } else if (search.visited.size() < MAX_VISITED) {
        search.expand(step);
      }
    }
    return null;
  }

  private void visit(@Nullable Object value, @Nullable Step from, String name) {
    if (value != null && !isLeaf(value) && visited.add(value)) {
      pending.add(new Step(value, from, name));
    }
  }

  private static boolean isLeaf(Object value) {
    return value instanceof String
        || (value instanceof Number && isOfJdk(value.getClass()))
        || value instanceof Enum
        || value instanceof Class
        || (value.getClass().isArray() && value.getClass().getComponentType().isPrimitive());
  }

  private void expand(Step step) {
    Object value = step.value;
    Class<?> type = value.getClass();
    if (value instanceof Object[] array) {
      for (int i = 0; i < array.length; i++) {
        visit(array[i], step, "[" + i + "]");
      }
    } else if (value instanceof Map<?, ?> map && isOfJdk(type)) {
      expandMap(map, step);
    } else if (value instanceof Collection<?> collection && isOfJdk(type)) {
      expandAll(collection, step, "");
    } else if (!(value instanceof Externalizable)) {
      expandObject(value, step);
    }
  }

  private void expandMap(Map<?, ?> map, Step step) {
    expandAll(map.keySet(), step, ".keys");
    expandAll(map.values(), step, ".values");
  }

  private void expandAll(Collection<?> elements, Step step, String prefix) {
    int index = 0;
    for (Object element : elements) {
      visit(element, step, prefix + "[" + index++ + "]");
    }
  }

  private void expandObject(Object value, Step step) {
    Method writeReplace = findMethod(value.getClass(), Object.class, "writeReplace");
    if (writeReplace == null) {
      expandFields(value, step);
    } else {
      expandLambda(value, writeReplace, step);
    }
  }

  private void expandLambda(Object value, Method writeReplace, Step step) {
    if (value.getClass().isHidden()
        && call(writeReplace, value) instanceof SerializedLambda lambda) {
      for (int i = 0; i < lambda.getCapturedArgCount(); i++) {
        visit(lambda.getCapturedArg(i), step, ".captured#" + (i + 1));
      }
    }
  }

  private void expandFields(Object value, Step step) {
    for (Class<?> type = value.getClass(); type != null; type = type.getSuperclass()) {
      ObjectStreamClass description = ObjectStreamClass.lookup(type);
      if (description != null && !writesItself(type)) {
        for (ObjectStreamField field : description.getFields()) {
          visit(read(type, field, value), step, "." + field.getName());
        }
      }
    }
  }

  private static boolean writesItself(Class<?> type) {
    return findMethod(type, type, "writeObject", ObjectOutputStream.class) != null;
  }

  private static @Nullable Object read(Class<?> type, ObjectStreamField field, Object holder) {
    if (field.isPrimitive()) {
      return null;
    }
    try {
      Field declared = type.getDeclaredField(field.getName());
      declared.setAccessible(true);
      return declared.get(holder);
    } catch (ReflectiveOperationException | InaccessibleObjectException e) {
      return null;
    }
  }

  /** Finds a method declared by {@code first}, or by a class above it up to {@code last}. */
  private static @Nullable Method findMethod(
      Class<?> first, Class<?> last, String name, Class<?>... parameters) {
    for (Class<?> type = first; type != null; type = type.getSuperclass()) {
      for (Method method : type.getDeclaredMethods()) {
        if (method.getName().equals(name)
            && Arrays.equals(method.getParameterTypes(), parameters)) {
          return method;
        }
      }
      if (type == last) {
        return null;
      }
    }
    return null;
  }

  private static @Nullable Object call(Method method, Object target) {
    try {
      method.setAccessible(true);
      return method.invoke(target);
    } catch (ReflectiveOperationException | InaccessibleObjectException e) {
      return null;
    }
  }

  private static boolean isOfJdk(Class<?> type) {
    return type.getClassLoader() == null;
  }
}
