package io.cofferdam.testing;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Holds tasks in their worker until the test opens it: a file that is there while the gate is
 * closed.
 */
public record Gate(String file) implements Serializable, AutoCloseable {

  /** Makes a closed gate. */
  public static Gate closed() {
    try {
      return new Gate(Files.createTempFile("cofferdam-gate-", "").toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns when the gate is open. */
  public void await() {
    Path path = Path.of(file);
    while (Files.exists(path)) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  /** Opens the gate, for good. */
  public void open() {
    try {
      Files.deleteIfExists(Path.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens the gate, if it is still closed. */
  @Override
  public void close() {
    open();
  }
}
