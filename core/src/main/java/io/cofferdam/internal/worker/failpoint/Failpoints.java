package io.cofferdam.internal.worker.failpoint;

import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Tells a test where this worker is, so that it can fail there. What a failure is, the test brings
 * with it: the library holds the places alone. They exist only in a process with the system
 * property {@value #PROPERTY}, which names a class that implements {@link Hook} and has a
 * constructor without parameters. Elsewhere they do nothing, and cost nothing.
 */
public final class Failpoints {

  public static final String PROPERTY = "cofferdam.failpoints";

  /** What a test does at the failpoints of a worker. */
  public interface Hook {

    /** Called by the thread that has come to a failpoint. */
    void pass(Failpoint point);

    /** Returns what the channel reads from and writes to in place of its socket. */
    ByteChannel around(SocketChannel socket);
  }

  private static final @Nullable Hook HOOK = load();

  private Failpoints() {}

  public static void pass(Failpoint point) {
    if (HOOK != null) {
      HOOK.pass(point);
    }
  }

  public static ByteChannel around(SocketChannel socket) {
    return HOOK == null ? socket : HOOK.around(socket);
  }

  private static @Nullable Hook load() {
    String name = System.getProperty(PROPERTY);
    if (name == null) {
      return null;
    }
    try {
      return Class.forName(name).asSubclass(Hook.class).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(PROPERTY + " is " + name + ", which cannot be used", e);
    }
  }
}
