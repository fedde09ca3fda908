package io.cofferdam.testing;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Counts how often a task was begun, whatever becomes of its transaction: by a file's length. */
public record Attempts(String file) implements Serializable, AutoCloseable {

  /** Makes a counter that stands at zero. */
  public static Attempts none() {
    try {
      return new Attempts(Files.createTempFile("cofferdam-attempts-", "").toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Counts an attempt, in the task; returns its number, from 1. */
  public int begin() {
    try {
      Files.write(Path.of(file), new byte[1], StandardOpenOption.APPEND);
      return count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns how many there have been. */
  public int count() {
    try {
      return (int) Files.size(Path.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(Path.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
