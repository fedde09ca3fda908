package io.cofferdam.benchmarks.queue;

/**
 * How long tasks wait in an ideal queue: they come at random, take a random time, and the next one
 * begins at the moment in which a worker is free (M/M/c).
 */
final class ErlangC {

  private ErlangC() {}

  /**
   * Returns the part of the tasks that wait at all.
   *
   * @param workers how many there are
   * @param utilisation the part of the time for which each is busy, below 1
   */
  static double waiting(int workers, double utilisation) {
    double load = workers * utilisation;
    double blocked = 1;
    for (int i = 1; i <= workers; i++) {
      blocked = load * blocked / (i + load * blocked);
    }
    return blocked / (1 - utilisation * (1 - blocked));
  }

  /**
   * Returns how long a task waits that waits for longer than that part of all.
   *
   * @param part such as 0.99
   * @param rate how many tasks come in a second
   * @return seconds
   */
  static double quantile(double part, int workers, double utilisation, double rate) {
    double ratio = waiting(workers, utilisation) / (1 - part);
    double freedPerSecond = rate / utilisation;
    return ratio <= 1 ? 0 : Math.log(ratio) / (freedPerSecond * (1 - utilisation));
  }
}
