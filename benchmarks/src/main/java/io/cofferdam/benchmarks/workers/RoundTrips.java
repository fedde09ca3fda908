package io.cofferdam.benchmarks.workers;

import io.cofferdam.benchmarks.report.Table;
import io.cofferdam.testkit.database.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How long a statement that does nothing takes. */
final class RoundTrips {

  private static final int WARM_UPS = 50;

  private RoundTrips() {}

  /**
   * Measures what the network really takes, with one session and nothing else to do.
   *
   * @param delays what it is asked for, in milliseconds
   * @param count how many round trips each figure is the median of
   */
  static Table delays(TestDatabase direct, SlowNetwork network, List<Integer> delays, int count)
      throws IOException, SQLException {
    List<List<String>> rows = new ArrayList<>();
    for (int delay : delays) {
      network.delayMillis(delay);
      double without = medianMillis(direct, count);
      double with = medianMillis(network.database(), count);
      rows.add(List.of(delay + " ms", millis(without), millis(with), millis(with - without)));
    }
    return new Table(
        "Workers: the delay of the network",
        ("Medians of %d round trips of SELECT 1 in one session, with nothing else to do. The network"
                + " is a proxy on this machine; without a delay, it takes what it needs to forward.")
            .formatted(count),
        List.of("delay", "direct, ms", "through the network, ms", "difference, ms"),
        rows);
  }

  private static String millis(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private static double medianMillis(TestDatabase database, int count) throws SQLException {
    double[] millis = new double[count];
    try (Connection connection = database.connect();
        PreparedStatement query = connection.prepareStatement("SELECT 1")) {
      for (int i = -WARM_UPS; i < count; i++) {
        long start = System.nanoTime();
        try (ResultSet row = query.executeQuery()) {
          row.next();
        }
        if (i >= 0) {
          millis[i] = (System.nanoTime() - start) / 1e6;
        }
      }
    }
    Arrays.sort(millis);
    return (millis[(count - 1) / 2] + millis[count / 2]) / 2;
  }
}
