package io.cofferdam.internal.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a class path looked like when the executor was built: a line for each entry, with size and
 * time of change for jars. A worker that finds another class path would run other code than the
 * application, so it refuses to.
 */
public final class ClassPathFingerprint {

  private ClassPathFingerprint() {}

  /** Returns the fingerprints of the entries, in order. */
  public static List<String> of(List<Path> entries) {
    return entries.stream().map(ClassPathFingerprint::of).toList();
  }

  /** Returns what has changed since the fingerprints were taken, a line for each entry. */
  public static List<String> changes(List<String> expected) {
    List<String> changes = new ArrayList<>();
    for (String before : expected) {
      String entry = before.substring(0, before.lastIndexOf('|'));
      String now = of(Path.of(entry));
      if (!now.equals(before)) {
        changes.add(
            entry
                + ": was "
                + before.substring(entry.length() + 1)
                + ", is "
                + now.substring(entry.length() + 1));
      }
    }
    return changes;
  }

  private static String of(Path entry) {
    return entry + "|" + describe(entry);
  }

  private static String describe(Path entry) {
    try {
      if (Files.isDirectory(entry)) {
        return "directory";
      }
      return Files.exists(entry)
          ? Files.size(entry) + " bytes of " + Files.getLastModifiedTime(entry)
          : "missing";
    } catch (IOException e) {
      return "unreadable";
    }
  }
}
