package io.cofferdam.testing;

import java.sql.Connection;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A driver that connects to nothing, and has a thread from when its class is initialized. */
public final class DriverWithAThread extends UselessDriver {

  private static final Thread CLEANUP = new Thread(DriverWithAThread::cleanUp, "second-cleanup");

  static {
    CLEANUP.setDaemon(true);
    CLEANUP.start();
  }

  /** Tells whether its thread is alive. */
  public static boolean isAlive() {
    return CLEANUP.isAlive();
  }

  private static void cleanUp() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public @Nullable Connection connect(String url, Properties info) {
    return null;
  }

  @Override
  public boolean acceptsURL(String url) {
    return false;
  }
}
