package io.cofferdam.benchmarks.run;

/** Virtual threads, which the JDK that this is compiled for does not have. */
public final class VirtualThreads {

  private VirtualThreads() {}

  /** Starts one. */
  public static void start(Runnable body) {
    try {
      var unused = Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, body);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JDK has no virtual threads", e);
    }
  }
}
