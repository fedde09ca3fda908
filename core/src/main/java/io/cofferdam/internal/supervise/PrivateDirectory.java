package io.cofferdam.internal.supervise;

import io.cofferdam.WorkerStartException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;

/**
 * A short directory below {@code java.io.tmpdir} that this user alone can enter: it holds the
 * workers' sockets while they start, argument files, and the JVM's fatal error logs. It is made
 * anew if a cleaner has removed it.
 *
 * <p>Thread-safe.
 */
final class PrivateDirectory {

  /** The address of a Unix-domain socket holds 108 bytes on Linux, 104 on macOS. */
  private static final int MAX_SOCKET_PATH = 103;

  private static final String PREFIX = "cofferdam-";

  private Path path;

  /**
   * Makes the directory.
   *
   * @throws WorkerStartException if it cannot be made, or its path is too long for a socket
   */
  PrivateDirectory() {
    path = create();
  }

  /** Returns the directory, which exists. */
  synchronized Path path() {
    if (!Files.isDirectory(path)) {
      path = create();
    }
    return path;
  }

  /** Returns who owns it: the user that this process runs as. */
  UserPrincipal owner() throws IOException {
    return Files.getOwner(path());
  }

  /** Removes the directory with all but fatal error logs, which keep it alive. */
  synchronized void remove() throws IOException {
    if (!Files.isDirectory(path)) {
      return;
    }
    boolean keep = false;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
      for (Path file : files) {
        if (file.getFileName().toString().startsWith("hs_err")) {
          keep = true;
        } else {
          Files.deleteIfExists(file);
        }
      }
    }
    if (!keep) {
      Files.delete(path);
    }
  }

  private static Path create() {
    String parent = System.getProperty("java.io.tmpdir");
    Path created;
    try {
      created = Files.createTempDirectory(PREFIX).toRealPath();
    } catch (IOException e) {
      throw new WorkerStartException(
          "no private directory can be made in java.io.tmpdir '"
              + parent
              + "'; make it writable, or start the application with -Djava.io.tmpdir=<directory>",
          "",
          e);
    }
    int length = created.resolve("w1000000000").toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_SOCKET_PATH) {
      created.toFile().delete();
      throw new WorkerStartException(
          "java.io.tmpdir '"
              + parent
              + "' is too long for sockets: a socket's path there has "
              + length
              + " bytes and may have "
              + MAX_SOCKET_PATH
              + "; start the application with a shorter -Djava.io.tmpdir=<directory>",
          "",
          null);
    }
    return created;
  }
}
