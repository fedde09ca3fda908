package io.cofferdam.benchmarks.blast;

import java.lang.reflect.Field;

/** Memory outside the heap, through the JDK's {@code Unsafe}, which is not part of Java SE. */
final class NativeMemory {

  private static final String UNSAFE = "sun.misc.Unsafe";

  private NativeMemory() {}

  /** Writes to an address, whatever is there. */
  static void write(long address) {
    call("putLong", new Class<?>[] {long.class, long.class}, address, 0L);
  }

  /** Takes memory, writes to all of it, and does not give it back. */
  static void leak(long bytes) {
    Object address = call("allocateMemory", new Class<?>[] {long.class}, bytes);
    call(
        "setMemory", new Class<?>[] {long.class, long.class, byte.class}, address, bytes, (byte) 1);
  }

  private static Object call(String method, Class<?>[] types, Object... arguments) {
    try {
      Class<?> unsafe = Class.forName(UNSAFE);
      Field instance = unsafe.getDeclaredField("theUnsafe");
      instance.setAccessible(true);
      return unsafe.getMethod(method, types).invoke(instance.get(null), arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot call " + UNSAFE + "." + method, e);
    }
  }
}
