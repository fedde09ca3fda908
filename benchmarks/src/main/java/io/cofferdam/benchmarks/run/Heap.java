package io.cofferdam.benchmarks.run;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;

/** The heap of this JVM. */
public final class Heap {

  private static final int COLLECTIONS = 3;

  private Heap() {}

  /** Returns how much of it is in use, once the garbage is collected. */
  public static long usedBytes() {
    for (int i = 0; i < COLLECTIONS; i++) {
      collectGarbage();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** Returns when the JVM has also dealt with the references to what it has collected. */
  private static void collectGarbage() {
    ReferenceQueue<Object> collected = new ReferenceQueue<>();
    PhantomReference<Object> garbage = new PhantomReference<>(new Object(), collected);
    System.gc();
    Waiting.until("a collection of the heap", () -> collected.poll() == garbage);
  }
}
