package io.cofferdam.testing;

import io.cofferdam.internal.wire.FrameType;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a task can do to the worker process that runs it. To be called inside a worker only. */
public final class Sabotage {

  /** A JVM argument that the workers need for what touches descriptors. */
  public static final String JVM_ARGUMENT = "--add-opens=java.base/java.io=ALL-UNNAMED";

  private static final String RECORDER = "/dev/shm/cofferdam-";

  /** Where the flight recorder has its state, and the generation of its worker. */
  private static final int STATE = 0;

  private static final int GENERATION = 8;

  private static final int EMPTY_FRAME = 38;
  private static final int FLOOD_FRAMES = 1_000;

  private Sabotage() {}

  /** Writes to address 0, which the kernel answers with SIGSEGV. */
  public static void segfault() throws ReflectiveOperationException {
    putLong(0, 0);
  }

  /** Allocates until the heap is full. */
  @SuppressWarnings("ModifiedButNotUsed")
  public static void exhaustHeap() {
    List<byte[]> kept = new ArrayList<>();
    while (true) {
      kept.add(new byte[1 << 20]);
    }
  }

  /** Allocates until there is no more direct memory. */
  @SuppressWarnings("ModifiedButNotUsed")
  public static void exhaustDirectMemory() {
    List<ByteBuffer> kept = new ArrayList<>();
    while (true) {
      kept.add(ByteBuffer.allocateDirect(1 << 20));
    }
  }

  /** Calls itself until the stack is full. */
  @SuppressWarnings("InfiniteRecursion")
  public static int overflowStack(int depth) {
    return overflowStack(depth + 1) + 1;
  }

  /** Computes in counted loops, where a compiled method has few safepoints, for many minutes. */
  public static long spin() {
    long sum = System.nanoTime();
    for (int round = 0; round < 1_000; round++) {
      for (int i = 0; i < Integer.MAX_VALUE; i++) {
        sum = sum * 31 + i;
      }
    }
    return sum;
  }

  /** Blocks this thread for ever. */
  public static void hang() {
    while (true) {
      java.util.concurrent.locks.LockSupport.park();
    }
  }

  /** Closes the descriptor of the channel to the supervisor, unseen by the JVM. */
  public static void closeChannel() throws ReflectiveOperationException, IOException {
    channel().close();
  }

  /** Sends bytes to the supervisor. */
  @SuppressWarnings("resource")
  public static void writeToChannel(byte[] bytes) throws ReflectiveOperationException, IOException {
    channel().write(bytes);
  }

  /** Sends frames of the running task to the supervisor, without a pause and without end. */
  public static void floodChannel(FrameType type) throws ReflectiveOperationException, IOException {
    ByteBuffer frames = ByteBuffer.allocate(FLOOD_FRAMES * EMPTY_FRAME);
    while (frames.hasRemaining()) {
      frames
          .putInt(EMPTY_FRAME - Integer.BYTES)
          .put((byte) 2)
          .put(type.code())
          .putLong(recorded(GENERATION))
          .putLong(recorded(STATE) >>> 8)
          .putLong(0)
          .putLong(0);
    }
    FileOutputStream channel = channel();
    while (true) {
      channel.write(frames.array());
    }
  }

  private static long recorded(int position) throws IOException {
    try (FileChannel self = FileChannel.open(Path.of("/proc/self/mem"), StandardOpenOption.READ)) {
      ByteBuffer word = ByteBuffer.allocate(8).order(java.nio.ByteOrder.LITTLE_ENDIAN);
      self.read(word, recorderAddress() + position);
      return word.getLong(0);
    }
  }

  private static long recorderAddress() throws IOException {
    return Long.parseUnsignedLong(recorderMapping().split("-", 2)[0], 16);
  }

  /** Overwrites the state in this worker's flight recorder. */
  public static void overwriteRecorder(long state)
      throws ReflectiveOperationException, IOException {
    putLong(recorderAddress() + STATE, state);
  }

  /** Makes this worker's flight recorder say that the running task has not begun. */
  public static void resetRecorder() throws ReflectiveOperationException, IOException {
    overwriteRecorder(((recorded(STATE) >>> 8) - 1) << 8 | 4);
  }

  /** Stops this process, as SIGSTOP from outside would. */
  public static void stop() throws IOException, InterruptedException {
    String pid = Long.toString(ProcessHandle.current().pid());
    new ProcessBuilder("kill", "-STOP", pid).inheritIO().start().waitFor();
  }

  /** Truncates this worker's flight recorder, through the descriptor that the supervisor has. */
  public static void truncateRecorder() throws IOException {
    String mapping = recorderMapping();
    String file = mapping.substring(mapping.indexOf(RECORDER));
    long supervisor = ProcessHandle.current().parent().orElseThrow().pid();
    for (Path descriptor : descriptors(Path.of("/proc/" + supervisor + "/fd"))) {
      if (target(descriptor).equals(file)) {
        try (FileChannel recorder = FileChannel.open(descriptor, StandardOpenOption.WRITE)) {
          recorder.truncate(0);
        }
        return;
      }
    }
    throw new IllegalStateException("the supervisor does not have " + file + " open");
  }

  private static String recorderMapping() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/maps")).stream()
        .filter(line -> line.contains(RECORDER))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no flight recorder is mapped"));
  }

  /**
   * The channel is the last of the Unix sockets, but for the control stream, which has the higher
   * descriptor if the JVM had another file open for a moment when it was opened. The JVM keeps
   * another socket for itself, which it opens before both.
   */
  private static FileOutputStream channel() throws ReflectiveOperationException, IOException {
    Set<String> unixSockets =
        Files.readAllLines(Path.of("/proc/self/net/unix")).stream()
            .skip(1)
            .map(line -> "socket:[" + line.trim().split("\\s+", -1)[6] + "]")
            .collect(Collectors.toSet());
    int control = controlStream();
    List<Integer> found = new ArrayList<>();
    for (Path descriptor : descriptors(Path.of("/proc/self/fd"))) {
      int number = Integer.parseInt(descriptor.getFileName().toString());
      if (number != control && unixSockets.contains(target(descriptor))) {
        found.add(number);
      }
    }
    Constructor<FileDescriptor> constructor =
        FileDescriptor.class.getDeclaredConstructor(int.class);
    constructor.setAccessible(true);
    return new FileOutputStream(constructor.newInstance(Collections.max(found)));
  }

  /** Returns the descriptor that the thread which reads the control stream is blocked in. */
  private static int controlStream() throws IOException {
    for (Path thread : descriptors(Path.of("/proc/self/task"))) {
      if (Files.readString(thread.resolve("comm")).startsWith("cofferdam-contr")) {
        Path syscall = thread.resolve("syscall");
        String[] call = Files.readString(syscall).split(" ", -1);
        while (call.length < 2) {
          // It runs, so it is about to read.
          Thread.onSpinWait();
          call = Files.readString(syscall).split(" ", -1);
        }
        return Integer.decode(call[1]);
      }
    }
    throw new IllegalStateException("no thread reads the control stream");
  }

  private static List<Path> descriptors(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (java.nio.file.NoSuchFileException closedMeanwhile) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void putLong(long address, long value) throws ReflectiveOperationException {
    Class<?> type = Class.forName("sun.misc.Unsafe");
    Field field = type.getDeclaredField("theUnsafe");
    field.setAccessible(true);
    type.getMethod("putLong", long.class, long.class).invoke(field.get(null), address, value);
  }
}
