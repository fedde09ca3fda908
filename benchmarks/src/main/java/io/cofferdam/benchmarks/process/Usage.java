package io.cofferdam.benchmarks.process;

import java.util.Map;

/**
 * What a process and its descendants have used since they began.
 *
 * @param cpuMicros processor time, in user and kernel mode, of ended descendants too
 * @param threads the context switches of each live thread, by its id
 */
public record Usage(long cpuMicros, Map<Long, Switches> threads) {

  public Usage {
    threads = Map.copyOf(threads);
  }

  /**
   * Context switches.
   *
   * @param voluntary how often a thread gave up its processor in order to wait
   * @param involuntary how often it was made to
   */
  public record Switches(long voluntary, long involuntary) {

    static final Switches NONE = new Switches(0, 0);

    /** Returns how many there were of both. */
    public double all() {
      return (double) voluntary + involuntary;
    }

    Switches plus(Switches other) {
      return new Switches(voluntary + other.voluntary, involuntary + other.involuntary);
    }

    Switches minus(Switches other) {
      return new Switches(voluntary - other.voluntary, involuntary - other.involuntary);
    }
  }

  /** Returns the processor time used since an earlier reading. */
  public long cpuMicrosSince(Usage earlier) {
    return cpuMicros - earlier.cpuMicros;
  }

  /** Returns the switches since an earlier reading, of the threads that live now. */
  public Switches switchesSince(Usage earlier) {
    return threads.entrySet().stream()
        .map(
            thread ->
                thread
                    .getValue()
                    .minus(earlier.threads.getOrDefault(thread.getKey(), Switches.NONE)))
        .reduce(Switches.NONE, Switches::plus);
  }
}
