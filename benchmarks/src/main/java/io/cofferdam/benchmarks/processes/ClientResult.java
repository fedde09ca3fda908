package io.cofferdam.benchmarks.processes;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * What one client saw of a load.
 *
 * @param begunNanos when its loop began, on the clock of the machine
 * @param transactions how many it committed in all
 * @param completed how many it committed in the window
 * @param latencies the times of those that ended in the window or were in flight when it ended
 */
record ClientResult(long begunNanos, long transactions, long completed, Histogram latencies) {

  private static final long LONGEST_NANOS = 3_600_000_000_000L;
  private static final int DIGITS = 3;

  /** Returns a histogram of times in nanoseconds, up to an hour. */
  static Histogram histogram() {
    return new Histogram(LONGEST_NANOS, DIGITS);
  }

  /** Returns the result that a line stands for. */
  static ClientResult parse(String line) {
    String[] words = line.split(" ", -1);
    ByteBuffer encoded = ByteBuffer.wrap(Base64.getDecoder().decode(words[3]));
    try {
      return new ClientResult(
          Long.parseLong(words[0]),
          Long.parseLong(words[1]),
          Long.parseLong(words[2]),
          Histogram.decodeFromCompressedByteBuffer(encoded, LONGEST_NANOS));
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("not a histogram: " + words[3], e);
    }
  }

  /** Returns a line that stands for it. */
  String line() {
    ByteBuffer buffer = ByteBuffer.allocate(latencies.getNeededByteBufferCapacity());
    int length = latencies.encodeIntoCompressedByteBuffer(buffer);
    ByteBuffer encoded = buffer.slice(0, length);
    return "%d %d %d %s"
        .formatted(
            begunNanos,
            transactions,
            completed,
            new String(Base64.getEncoder().encode(encoded).array(), US_ASCII));
  }
}
