package io.cofferdam.internal.process;

import io.cofferdam.WorkerStartException;
import io.cofferdam.internal.log.Log;
import io.cofferdam.internal.wire.OwnUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A short directory below {@code java.io.tmpdir} that this user alone can enter: it holds the
 * workers' sockets while they start, and the JVM's fatal error logs.
 *
 * <p>A cleaner may remove it, and another user may then make one with its name. So it is looked at
 * before each use, without following links: one that is not the very directory that was made, or is
 * not this user's alone any more, is never used again, and a new one with a new name is made.
 *
 * <p>Thread-safe.
 */
public final class PrivateDirectory {

  private static final Log log = Log.of(PrivateDirectory.class);

  /** The address of a Unix-domain socket holds 108 bytes on Linux, 104 on macOS. */
  private static final int MAX_SOCKET_PATH = 103;

  private static final String PREFIX = "cofferdam-";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");
  private static final int STICKY = 01000;
  private static final int MOST_LOGS = 50;
  private static final int WRITABLE_BY_OTHERS = 0002;

  /**
   * A directory that was made here.
   *
   * @param key what tells it from every other directory, as long as it exists
   */
  private record Made(Path path, Object key) {}

  private Made made;

  /**
   * Makes the directory.
   *
   * @throws WorkerStartException if it cannot be made, or its path is too long for a socket
   */
  public PrivateDirectory() {
    made = create();
    warnOfParents(made.path());
  }

  /** Returns the directory, which exists and is this user's alone. */
  synchronized Path path() {
    String trouble = trouble(made.path(), made.key());
    if (trouble != null) {
      Made before = made;
      made = create();
      log.warn(
          "the private directory {} {}; a new one was made: {}",
          before.path(),
          trouble,
          made.path());
    }
    return made.path();
  }

  /**
   * Removes the oldest fatal error logs where there are many: what crashes one JVM crashes the next
   * ones, too, and nothing else removes what they write.
   */
  synchronized void limitFatalErrorLogs() throws IOException {
    inside(
        (above, files) -> {
          List<Path> logs = new ArrayList<>();
          for (Path file : files) {
            if (isFatalErrorLog(file)) {
              logs.add(file.getFileName());
            }
          }
          logs.sort(Comparator.comparing(each -> changed(files, each)));
          for (Path oldest : logs.subList(0, Math.max(0, logs.size() - MOST_LOGS))) {
            files.deleteFile(oldest);
          }
        });
  }

  private static FileTime changed(SecureDirectoryStream<Path> files, Path file) {
    try {
      return files
          .getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .readAttributes()
          .lastModifiedTime();
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }

  private static boolean isFatalErrorLog(Path file) {
    return file.getFileName().toString().startsWith("hs_err");
  }

  /**
   * Removes the directory with all but fatal error logs, which keep it alive. What is removed is in
   * the directory that was made, whatever its name means by now.
   */
  public synchronized void remove() throws IOException {
    inside(
        (above, files) -> {
          boolean keep = false;
          for (Path file : files) {
            if (isFatalErrorLog(file)) {
              keep = true;
            } else {
              files.deleteFile(file.getFileName());
            }
          }
          if (!keep) {
            above.deleteDirectory(made.path().getFileName());
          }
        });
  }

  /** Does something inside the directory that was made, if it is still there. */
  private void inside(Deed deed) throws IOException {
    try (DirectoryStream<Path> parent = Files.newDirectoryStream(made.path().getParent())) {
      if (!(parent instanceof SecureDirectoryStream<Path> above)) {
        throw new IOException("this file system offers no safe way to change " + made.path());
      }
      try (SecureDirectoryStream<Path> files =
          above.newDirectoryStream(made.path().getFileName(), LinkOption.NOFOLLOW_LINKS)) {
        if (isMade(files)) {
          deed.with(above, files);
        }
      }
    } catch (NoSuchFileException e) {
      log.debug("{} is gone already", made.path(), e);
    }
  }

  private interface Deed {
    void with(SecureDirectoryStream<Path> above, SecureDirectoryStream<Path> files)
        throws IOException;
  }

  private boolean isMade(SecureDirectoryStream<Path> directory) throws IOException {
    return made.key()
        .equals(
            directory
                .getFileAttributeView(BasicFileAttributeView.class)
                .readAttributes()
                .fileKey());
  }

  /** Returns why what has this path must not be used, or null. */
  private static @Nullable String trouble(Path path, @Nullable Object key) {
    try {
      PosixFileAttributes found = attributes(path);
      if (!found.isDirectory() || (key != null && !key.equals(found.fileKey()))) {
        return "was removed, and something else has its name";
      }
      if (!found.owner().equals(OwnUser.get())) {
        return "belongs to another user";
      }
      return found.permissions().equals(OWNER_ONLY)
          ? null
          : "has the permissions " + PosixFilePermissions.toString(found.permissions());
    } catch (NoSuchFileException e) {
      return "was removed";
    } catch (IOException e) {
      return "cannot be looked at (" + e + ")";
    }
  }

  private static PosixFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static Made create() {
    String parent = System.getProperty("java.io.tmpdir");
    Made created;
    try {
      if (parent == null) {
        throw new IOException("the property java.io.tmpdir is not set");
      }
      Path path = Files.createTempDirectory(Path.of(parent).toRealPath(), PREFIX);
      String trouble = trouble(path, null);
      if (trouble != null) {
        throw new IOException("the new directory " + path + " " + trouble);
      }
      created = new Made(path, attributes(path).fileKey());
    } catch (IOException | InvalidPathException e) {
      throw new WorkerStartException(
          "no private directory can be made in java.io.tmpdir '"
              + parent
              + "'; make it writable, or start the application with -Djava.io.tmpdir=<directory>",
          "",
          e);
    }
    int length =
        created.path().resolve("w1000000000").toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_SOCKET_PATH) {
      created.path().toFile().delete();
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

  /** Warns if others can rename what is above: they could make every start fail. */
  private static void warnOfParents(Path directory) {
    for (Path path = directory.getParent(); path != null; path = path.getParent()) {
      try {
        int mode = (int) Files.getAttribute(path, "unix:mode");
        if ((mode & WRITABLE_BY_OTHERS) != 0 && (mode & STICKY) == 0) {
          log.warn(
              "{} can be written to by every user and has no sticky bit: others can disturb the"
                  + " start of workers; set the bit, or choose another -Djava.io.tmpdir",
              path);
        }
      } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
        log.debug("the permissions of {} are not known", path, e);
      }
    }
  }
}
