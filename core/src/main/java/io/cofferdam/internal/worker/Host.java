package io.cofferdam.internal.worker;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a worker arranges with the JVM and the operating system it runs on. */
final class Host {

  private static final Path OOM_SCORE = Path.of("/proc/self/oom_score_adj");
  private static final int SACRIFICE_FIRST = 500;

  private Host() {}

  /**
   * Ignores INT, TERM and HUP: a service manager signals the whole process group while the
   * application still drains. The signals API of the JDK is reached by reflection, because it is
   * not part of Java SE; where it is missing the worker says so and can be stopped by those
   * signals.
   */
  static void ignoreTerminationSignals() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler ignore =
          (proxy, method, args) ->
              switch (method.getName()) {
                case "equals" -> args != null && proxy == args[0];
                case "hashCode" -> System.identityHashCode(proxy);
                case "toString" -> "ignore";
                default -> null;
              };
      Object ignoring =
          Proxy.newProxyInstance(Host.class.getClassLoader(), new Class<?>[] {handler}, ignore);
      for (String name : new String[] {"INT", "TERM", "HUP"}) {
        signal
            .getMethod("handle", signal, handler)
            .invoke(null, signal.getConstructor(String.class).newInstance(name), ignoring);
      }
    } catch (ReflectiveOperationException e) {
      System.err.println("termination signals cannot be ignored: " + e);
    }
  }

  /** Lets the kernel, when memory runs out, sacrifice a worker and not the application. */
  static void offerToOutOfMemoryKiller() {
    if (!Files.isWritable(OOM_SCORE)) {
      return;
    }
    try {
      int score = Integer.parseInt(Files.readString(OOM_SCORE).trim());
      if (score < SACRIFICE_FIRST) {
        Files.writeString(OOM_SCORE, Integer.toString(SACRIFICE_FIRST));
      }
    } catch (IOException | NumberFormatException e) {
      System.err.println("the score for the out-of-memory killer cannot be raised: " + e);
    }
  }
}
