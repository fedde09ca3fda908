package io.cofferdam.internal.codec;

import java.io.IOException;
import java.util.Arrays;

/**
 * What the objects of one stream would cost, as far as it has been read: memory, and steps to hash
 * them. Refuses more than the bytes of the stream allow.
 *
 * <p>The steps are those of {@code hashCode}. To hash a value takes one step and those of all that
 * it refers to, so a value whose parts share their parts may take 2 to the power of its depth. What
 * an object that is still being read refers to by then counts: it may be hashed in this state.
 */
final class StreamCost {

  private static final int MAX_STEPS_OF_A_VALUE = 1_000_000_000;

  /** What a stream of any size may need; beyond that it is a multiple of its bytes. */
  private static final int FREE_MEMORY = 1 << 20;

  private static final int MEMORY_PER_BYTE = 16;
  private static final int FREE_STEPS = 1_000_000;
  private static final int STEPS_PER_BYTE = 16;

  private final long maxMemory;
  private final long maxSteps;

  /** By handle: how many steps it takes to hash the value, as far as it has been read. */
  private int[] steps = new int[64];

  private int handles;
  private long memory;
  private long hashing;

  /**
   * @param bytes the length of the stream
   * @param maxMemory the most memory that its objects may take, however long it is
   */
  StreamCost(int bytes, long maxMemory) {
    this.maxMemory = Math.min(maxMemory, FREE_MEMORY + (long) MEMORY_PER_BYTE * bytes);
    maxSteps = FREE_STEPS + (long) STEPS_PER_BYTE * bytes;
  }

  /** Gives the next value a handle, in the order in which the stream numbers them. */
  int newHandle() {
    if (handles == steps.length) {
      steps = Arrays.copyOf(steps, 2 * handles);
    }
    steps[handles] = 1;
    return handles++;
  }

  /** Returns a handle that a back reference names, if there is a value that has it. */
  int known(int handle) throws IOException {
    if (handle < 0 || handle >= handles) {
      throw new IOException("a reference leads nowhere");
    }
    return handle;
  }

  /** Returns how many steps it takes to hash a value, as far as it has been read. */
  int stepsOf(int handle) {
    return steps[handle];
  }

  /** Adds the steps of a part of a value to those of the value. */
  void add(int handle, int more) throws StreamLimitException {
    long sum = (long) steps[handle] + more;
    if (sum > MAX_STEPS_OF_A_VALUE) {
      throw new StreamLimitException(
          "its parts share their parts so often that it cannot be walked");
    }
    steps[handle] = (int) sum;
  }

  /** Adds memory that an object takes. */
  void take(long bytes) throws StreamLimitException {
    memory += bytes;
    if (memory > maxMemory) {
      throw new StreamLimitException(
          String.format("it takes more than %,d bytes of memory once it is read", maxMemory));
    }
  }

  /** Adds the steps of a value that is hashed when the stream is decoded. */
  void hash(int taken) throws StreamLimitException {
    hashing += taken;
    if (hashing > maxSteps) {
      throw new StreamLimitException("to hash what it holds takes more steps than its bytes allow");
    }
  }
}
