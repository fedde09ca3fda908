package io.cofferdam.internal.process;

import io.cofferdam.internal.log.Log;
import io.cofferdam.internal.wire.OwnUser;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Class archives that outlive the application, one for each Java, class path and set of flags. Who
 * can replace one decides what workers run. So they lie in a directory of this user that he alone
 * can enter, below directories in which nobody but him and root can put another one in its place.
 *
 * <p>An archive is named by its key, its size and its checksum, so that it appears with all three
 * at once, and one that was damaged by accident is not used.
 *
 * <p>Thread-safe, and safe for several applications at a time: files appear by a rename, and none
 * is changed after that.
 */
final class ArchiveCache {

  private static final Log log = Log.of(ArchiveCache.class);

  private static final String ARCHIVE = ".jsa";
  private static final String UNFINISHED = ".unfinished";
  private static final int MOST_ARCHIVES = 8;
  private static final Duration ABANDONED = Duration.ofHours(1);

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");
  private static final FileAttribute<Set<PosixFilePermission>> FOR_OWNER =
      PosixFilePermissions.asFileAttribute(OWNER_ONLY);
  private static final FileAttribute<Set<PosixFilePermission>> FILE_FOR_OWNER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final int STICKY = 01000;
  private static final int WRITABLE_BY_OTHERS = 0022;

  private final Path directory;
  private final String key;

  private ArchiveCache(Path directory, String key) {
    this.directory = directory;
    this.key = key;
  }

  /**
   * Returns the cache in a directory, which is made if it is missing; null if it cannot be used.
   *
   * @param key what must be the same for an archive to fit
   */
  static @Nullable ArchiveCache open(@Nullable Path directory, String key) {
    if (directory == null) {
      return null;
    }
    try {
      return new ArchiveCache(make(directory), key);
    } catch (IOException | UnsupportedOperationException e) {
      log.debug("class archives are not kept in {}", directory, e);
      return null;
    }
  }

  /** Returns the real path of the directory. */
  private static Path make(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath();
    Path above = absolute.getParent();
    if (above == null) {
      throw new IOException(directory + " is no place for a cache");
    }
    makeUnlessThere(above);
    Path real = above.toRealPath().resolve(absolute.getFileName());
    makeUnlessThere(real);
    requireTrusted(real);
    return real;
  }

  private static void makeUnlessThere(Path directory) throws IOException {
    try {
      Files.createDirectory(directory, FOR_OWNER);
    } catch (FileAlreadyExistsException e) {
      log.debug("{} is there", directory);
    }
  }

  /** Fails unless the directory is this user's alone, and nobody else can put another there. */
  private static void requireTrusted(Path directory) throws IOException {
    PosixFileAttributes found =
        Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!found.isDirectory()
        || !found.owner().equals(OwnUser.get())
        || !found.permissions().equals(OWNER_ONLY)) {
      throw new IOException(
          directory
              + " is no directory of this user's alone: "
              + found.owner()
              + ", "
              + PosixFilePermissions.toString(found.permissions()));
    }
    Object root = Files.getAttribute(Path.of("/"), "unix:uid", LinkOption.NOFOLLOW_LINKS);
    Object own = Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    for (Path path = directory.getParent(); path != null; path = path.getParent()) {
      int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      Object owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      boolean belongs = owner.equals(own) || owner.equals(root);
      boolean keeps = (mode & WRITABLE_BY_OTHERS) == 0 || (mode & STICKY) != 0;
      if (!belongs || !keeps) {
        throw new IOException("another user can put something else in the place of " + path);
      }
    }
  }

  /** Returns whether the directory is still to be trusted. */
  boolean isTrusted() {
    try {
      requireTrusted(directory);
      return true;
    } catch (IOException e) {
      log.debug("class archives are not used any more", e);
      return false;
    }
  }

  /** Returns whether a file is one of this cache. */
  boolean holds(Path file) {
    return directory.equals(file.getParent());
  }

  /** Returns the archive that fits, or null. One that is not as it was made is removed. */
  @Nullable Path find() {
    try {
      for (Path archive : files(key, ARCHIVE)) {
        if (archive.getFileName().toString().equals(name(archive))) {
          return archive;
        }
        log.debug("{} is not as it was made, and is removed", archive);
        Files.deleteIfExists(archive);
      }
    } catch (IOException e) {
      log.debug("no class archive can be taken from {}", directory, e);
    }
    return null;
  }

  /** Returns the name that an archive has to have here. */
  private String name(Path archive) throws IOException {
    if (!Files.isRegularFile(archive, LinkOption.NOFOLLOW_LINKS)) {
      return "";
    }
    try (InputStream in = Files.newInputStream(archive, LinkOption.NOFOLLOW_LINKS)) {
      return copy(in, OutputStream.nullOutputStream());
    }
  }

  /** Copies an archive; returns its name. */
  private String copy(InputStream in, OutputStream out) throws IOException {
    CRC32 sum = new CRC32();
    byte[] buffer = new byte[1 << 18];
    long size = 0;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      sum.update(ByteBuffer.wrap(buffer, 0, count));
      out.write(buffer, 0, count);
      size += count;
    }
    return key + "-" + size + "-" + Long.toHexString(sum.getValue()) + ARCHIVE;
  }

  /** Keeps a copy of an archive, and not more than a few older ones; returns the copy. */
  Path keep(Path archive) throws IOException {
    requireTrusted(directory);
    Path unfinished = directory.resolve(UUID.randomUUID() + UNFINISHED);
    try {
      String name;
      try (InputStream in = Files.newInputStream(archive, LinkOption.NOFOLLOW_LINKS);
          OutputStream out =
              Channels.newOutputStream(
                  Files.newByteChannel(
                      unfinished,
                      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                      FILE_FOR_OWNER))) {
        name = copy(in, out);
      }
      Path kept = directory.resolve(name);
      Files.move(unfinished, kept, StandardCopyOption.ATOMIC_MOVE);
      removeOld(kept);
      return kept;
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  /** Removes an archive with which a worker did not start. */
  void remove(Path archive) {
    try {
      Files.deleteIfExists(archive);
    } catch (IOException e) {
      log.debug("{} cannot be removed", archive, e);
    }
  }

  private void removeOld(Path newest) throws IOException {
    List<Path> archives = new ArrayList<>(files("", ARCHIVE));
    archives.remove(newest);
    for (int i = MOST_ARCHIVES - 1; i < archives.size(); i++) {
      Files.deleteIfExists(archives.get(i));
    }
    Instant abandoned = Instant.now().minus(ABANDONED);
    for (Path unfinished : files("", UNFINISHED)) {
      if (changed(unfinished).toInstant().isBefore(abandoned)) {
        Files.deleteIfExists(unfinished);
      }
    }
  }

  /** Returns the files with such names, the newest first. */
  private List<Path> files(String first, String last) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (name.startsWith(first) && name.endsWith(last)) {
          found.add(file);
        }
      }
    }
    found.sort(Comparator.comparing(ArchiveCache::changed).reversed());
    return found;
  }

  private static FileTime changed(Path file) {
    try {
      return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }
}
