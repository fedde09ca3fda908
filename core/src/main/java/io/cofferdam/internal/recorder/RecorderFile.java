package io.cofferdam.internal.recorder;

import io.cofferdam.CrashReport.Phase;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The supervisor's side of one worker's recorder. What it reads is untrusted: it is read by
 * position, never through a mapping, and every length and checksum is checked.
 *
 * <p>Used by the worker's link thread alone.
 */
public final class RecorderFile implements Closeable {

  private static final long ANY_SEQUENCE = -1;

  private final Path path;
  private final FileChannel channel;

  private RecorderFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Creates a file of this name, or, where that is taken, of one that begins with it: what has the
   * name may belong to somebody else.
   *
   * @throws IOException if there is no room; names the file
   */
  public static RecorderFile create(Path directory, String name) throws IOException {
    Path path = directory.resolve(name);
    try {
      return create(path);
    } catch (FileAlreadyExistsException e) {
      String suffix = Integer.toHexString(ThreadLocalRandom.current().nextInt());
      return create(directory.resolve(name + "-" + suffix));
    }
  }

  /**
   * Creates the file, readable by this user alone, with zeros over its whole length: a sparse file
   * on a full file system would kill the worker at its first store.
   */
  private static RecorderFile create(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    RecorderFile file = new RecorderFile(path, channel);
    try {
      ByteBuffer zeros = ByteBuffer.allocate(RecorderLayout.SIZE);
      while (zeros.hasRemaining()) {
        channel.write(zeros, zeros.position());
      }
      return file;
    } catch (IOException e) {
      file.unlink();
      file.close();
      throw new IOException(
          "the %d bytes of %s cannot be written: %s"
              .formatted(RecorderLayout.SIZE, path, e.getMessage()),
          e);
    }
  }

  /**
   * Picks the directory for recorders: memory, because the write-back of a disk file system can
   * block a store.
   */
  public static Path directory(Path privateDirectory) {
    Path shared = Path.of("/dev/shm");
    if (Files.isWritable(shared)) {
      return shared;
    }
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    return runtime != null && isOwn(Path.of(runtime), privateDirectory)
        ? Path.of(runtime)
        : privateDirectory;
  }

  private static boolean isOwn(Path directory, Path privateDirectory) {
    try {
      return Files.isWritable(directory)
          && Files.getOwner(directory).equals(Files.getOwner(privateDirectory));
    } catch (IOException e) {
      return false;
    }
  }

  public Path path() {
    return path;
  }

  /** Removes the file's name; both sides keep it open. Idempotent. */
  public void unlink() throws IOException {
    Files.deleteIfExists(path);
  }

  /**
   * Returns whether the worker of this generation has mapped this very file. Another user may have
   * put a file of his own in the place of its name, in which nothing is recorded for this side.
   */
  public boolean isAttached(long generation) {
    ByteBuffer word = readFully(RecorderLayout.GENERATION, Long.BYTES);
    return word != null && word.getLong() == generation;
  }

  /** Returns whether the worker has begun with the task of this sequence. */
  public boolean hasStarted(long sequence) {
    return read(sequence).phase() != Phase.NOT_STARTED;
  }

  /** Returns whether the worker is committing the task of this sequence, or has done so. */
  public boolean isCommitting(long sequence) {
    Phase phase = read(sequence).phase();
    return phase == Phase.COMMITTING || phase == Phase.COMMITTED;
  }

  /**
   * Reads what the worker recorded about a dispatch. Only a reading after the worker's confirmed
   * death is a finding. That a dispatch has not started is proven by the end of the one before; a
   * file that was overwritten, with zeros for example, proves nothing.
   *
   * @param sequence the dispatch that is asked about
   */
  public RecorderReading read(long sequence) {
    ByteBuffer word = readFully(RecorderLayout.STATE, Long.BYTES);
    if (word == null) {
      return RecorderReading.unreadable();
    }
    long state = word.getLong();
    long recorded = state >>> 8;
    Phase phase = RecorderLayout.phaseOf((int) state & RecorderLayout.PHASE_MASK);
    if (recorded == sequence - 1 && (phase == Phase.COMMITTED || phase == Phase.ROLLED_BACK)) {
      return RecorderReading.notStarted();
    }
    if (recorded != sequence || phase == Phase.UNREADABLE) {
      return RecorderReading.unreadable();
    }
    boolean selfCommit = (state & RecorderLayout.SELF_COMMIT) != 0;
    return switch (phase) {
      case RUNNING, RUNNING_SELF_COMMIT -> RecorderReading.running(selfCommit);
      case COMMITTING ->
          RecorderReading.committing(
              selfCommit,
              readResult(sequence),
              readSection(RecorderLayout.TRANSACTION, RecorderLayout.TRANSACTION_ROOM, sequence));
      case COMMITTED -> RecorderReading.committed(readResult(sequence));
      case ROLLED_BACK ->
          RecorderReading.rolledBack(
              selfCommit,
              readSection(
                  RecorderLayout.RESULT,
                  RecorderLayout.RESULT_ROOM,
                  RecorderLayout.answerKey(sequence)));
      case NOT_STARTED, UNREADABLE -> RecorderReading.unreadable();
    };
  }

  /**
   * Reads how the worker's database session is found; empty if the worker had none, or was about to
   * have another one.
   */
  public byte[] session() {
    byte[] session = readSection(RecorderLayout.SESSION, RecorderLayout.SESSION_ROOM, ANY_SEQUENCE);
    return session == null ? new byte[0] : session;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private byte @Nullable [] readResult(long sequence) {
    return readSection(RecorderLayout.RESULT, RecorderLayout.RESULT_ROOM, sequence);
  }

  private byte @Nullable [] readSection(int position, int room, long sequence) {
    ByteBuffer header = readFully(position, RecorderLayout.SECTION_HEADER);
    if (header == null) {
      return null;
    }
    long recorded = header.getLong();
    if (sequence != ANY_SEQUENCE && recorded != sequence) {
      return null;
    }
    int length = header.getInt();
    int checksum = header.getInt();
    if (length < 0 || length > room) {
      return null;
    }
    ByteBuffer bytes = readFully(position + RecorderLayout.SECTION_HEADER, length);
    if (bytes == null) {
      return null;
    }
    byte[] content = new byte[length];
    bytes.get(content);
    CRC32C crc = new CRC32C();
    crc.update(content);
    return (int) crc.getValue() == checksum ? content : null;
  }

  private @Nullable ByteBuffer readFully(int position, int length) {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(RecorderLayout.ORDER);
    try {
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, position + bytes.position()) < 0) {
          return null;
        }
      }
    } catch (IOException e) {
      return null;
    }
    return bytes.flip();
  }
}
