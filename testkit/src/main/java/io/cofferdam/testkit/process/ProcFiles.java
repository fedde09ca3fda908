package io.cofferdam.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Reads what the kernel shows of processes, any of which may end meanwhile. */
public final class ProcFiles {

  private ProcFiles() {}

  /** Returns the text of a file; empty if it is not there, or is gone by now. */
  public static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  /** Returns what is in a directory that does not go away. */
  public static List<Path> list(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns what is in a directory; nothing if it is not there, or is gone by now. */
  public static List<Path> listIfThere(Path directory) {
    try {
      return list(directory);
    } catch (UncheckedIOException e) {
      return List.of();
    }
  }
}
