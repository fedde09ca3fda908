package io.cofferdam.internal.process;

import io.cofferdam.internal.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The directory that workers start in: the application's own, which they inherit. No JVM starts in
 * a directory that was removed, so another one is named then: what is at its path now, as after a
 * deployment, or else the private directory.
 *
 * <p>Thread-safe.
 */
final class WorkingDirectory {

  private static final Log log = Log.of(WorkingDirectory.class);
  private static final String REMOVED = " (deleted)";

  private final Path link;
  private @Nullable Path told;

  /**
   * Watches the working directory of a process.
   *
   * @param link where the kernel tells which one it is, such as {@code /proc/self/cwd}; where that
   *     is missing, workers inherit whatever it is
   */
  WorkingDirectory(Path link) {
    this.link = link;
  }

  /** Names the directory for a process, unless it can inherit the one of this process. */
  void set(ProcessBuilder builder, Path privateDirectory) {
    Path removed = removed();
    if (removed != null) {
      Path instead = Files.isDirectory(removed) ? removed : privateDirectory;
      tell(removed, instead);
      builder.directory(instead.toFile());
    }
  }

  /** Returns the path that the working directory had, if it was removed, else null. */
  private @Nullable Path removed() {
    String target;
    try {
      target = Files.readSymbolicLink(link).toString();
    } catch (IOException | UnsupportedOperationException notLinux) {
      return null;
    }
    return target.endsWith(REMOVED) && !Files.isDirectory(Path.of(target))
        ? Path.of(target.substring(0, target.length() - REMOVED.length()))
        : null;
  }

  private synchronized void tell(Path removed, Path instead) {
    if (!instead.equals(told)) {
      told = instead;
      log.warn(
          "the application's working directory {} was removed, so workers start in {}; relative"
              + " paths mean something else there",
          removed,
          instead);
    }
  }
}
