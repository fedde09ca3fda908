package io.cofferdam.benchmarks.blast;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the clients of a process saw, in a mapped file, which keeps all that was written when the
 * process dies at any point. Adding needs no memory, so that it works when there is none left.
 * Thread-safe.
 */
final class EventLog {

  private static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private static final int TRANSACTION = Long.BYTES;
  private static final int CLIENT = 2 * Long.BYTES;
  private static final int KIND = CLIENT + Integer.BYTES;
  private static final int EVENT_BYTES = KIND + Integer.BYTES;
  private static final int MAX_EVENTS = 4_000_000;

  /** More threads than that do not write at the same time, so the log ends there. */
  private static final int MAX_GAP = 20_000;

  private final MappedByteBuffer buffer;
  private final AtomicInteger events = new AtomicInteger();

  private EventLog(MappedByteBuffer buffer) {
    this.buffer = buffer;
  }

  /** Makes an empty one. The file is sparse: it takes as much as is written. */
  static EventLog create(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      MappedByteBuffer buffer =
          channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) MAX_EVENTS * EVENT_BYTES);
      buffer.order(ByteOrder.nativeOrder());
      return new EventLog(buffer);
    }
  }

  /** Adds an event that happens now. */
  void add(int client, long transaction, Event.Kind kind) {
    int event = events.getAndIncrement();
    if (event >= MAX_EVENTS) {
      throw new IllegalStateException("the log has no room for more events");
    }
    int at = event * EVENT_BYTES;
    buffer.putLong(at, System.nanoTime());
    buffer.putLong(at + TRANSACTION, transaction);
    buffer.putInt(at + CLIENT, client);
    // A reader in another process takes an event for complete if it has a kind.
    INT.setRelease(buffer, at + KIND, kind.code());
  }

  /** Reads what is in a file that may still be written. */
  static List<Event> read(Path file) throws IOException {
    List<Event> found = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer all = channel.map(FileChannel.MapMode.READ_ONLY, 0, Files.size(file));
      all.order(ByteOrder.nativeOrder());
      int gap = 0;
      for (int at = 0; at < all.capacity() && gap < MAX_GAP; at += EVENT_BYTES) {
        int kind = (int) INT.getAcquire(all, at + KIND);
        if (kind == 0) {
          gap++;
        } else {
          gap = 0;
          found.add(
              new Event(
                  all.getLong(at),
                  all.getLong(at + TRANSACTION),
                  all.getInt(at + CLIENT),
                  Event.Kind.of(kind)));
        }
      }
    }
    return found;
  }
}
