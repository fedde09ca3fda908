package io.cofferdam.testing;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A driver that connects to nothing, and has a thread from when its class is initialized. */
public final class DriverWithAThread implements Driver {

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

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
    return new DriverPropertyInfo[0];
  }

  @Override
  public int getMajorVersion() {
    return 1;
  }

  @Override
  public int getMinorVersion() {
    return 0;
  }

  @Override
  public boolean jdbcCompliant() {
    return false;
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getGlobal();
  }
}
