package io.cofferdam.benchmarks.processes;

import io.cofferdam.benchmarks.process.ChildMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The process of one client, with a connection of its own. It reads three lines, which are the
 * address of the database, the user and the password, and prints one when it is connected. Then it
 * reads one load per line, runs it, and prints what it saw. It ends with its input.
 */
final class ClientMain {

  static final String READY = "READY";
  static final String RESULT = "RESULT ";

  private final Connection connection;
  private final ClientLoad load;
  private final Histogram latencies = ClientResult.histogram();
  private long transactions;
  private long completed;

  private ClientMain(Connection connection, ClientLoad load) {
    this.connection = connection;
    this.load = load;
  }

  /** Takes no arguments. */
  public static void main(String[] args) {
    ChildMain.run(ClientMain::serve);
  }

  private static void serve(BufferedReader in, PrintStream out) throws Exception {
    try (Connection connection = DriverManager.getConnection(line(in), line(in), line(in))) {
      connection.setAutoCommit(false);
      out.println(READY);
      for (String next = in.readLine(); next != null; next = in.readLine()) {
        out.println(RESULT + new ClientMain(connection, ClientLoad.parse(next)).run().line());
      }
    }
  }

  private static String line(BufferedReader in) throws IOException {
    @Nullable String line = in.readLine();
    if (line == null) {
      throw new IOException("the input has ended");
    }
    return line;
  }

  private ClientResult run() throws SQLException, InterruptedException {
    TimeUnit.NANOSECONDS.sleep(load.startNanos() - System.nanoTime());
    long begun = System.nanoTime();
    for (long start = begun; start < load.closeNanos() && transactions < load.most(); ) {
      var unused = load.mix().next(load.accounts()).task().run(connection);
      connection.commit();
      long end = System.nanoTime();
      ended(start, end);
      start = end;
    }
    return new ClientResult(begun, transactions, completed, latencies);
  }

  private void ended(long start, long end) {
    transactions++;
    if (end >= load.openNanos()) {
      latencies.recordValue(end - start);
      if (end < load.closeNanos()) {
        completed++;
      }
    }
  }
}
