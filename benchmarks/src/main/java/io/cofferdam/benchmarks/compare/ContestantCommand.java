package io.cofferdam.benchmarks.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cofferdam.testkit.database.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/**
 * The process of a contestant. It reads what it is, and then one load per line; it prints a line
 * when it is ready, and for each load when the window opens and closes. When it is told that its
 * threads may end, it prints what it saw. It ends with its input.
 */
@Command(name = "contestant", hidden = true)
public final class ContestantCommand implements Callable<Integer> {

  static final String READY = "READY";
  static final String OPEN = "OPEN";
  static final String CLOSED = "CLOSED";
  static final String END = "END";
  static final String RESULT = "RESULT ";

  private final ObjectMapper json = new ObjectMapper();
  private final PrintStream out = System.out;
  private final List<Contestant.Client> clients = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    // Only the protocol goes to the standard output.
    System.setOut(System.err);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    ContestantOrder order = json.readValue(line(in), ContestantOrder.class);
    try (Contestant contestant = open(order.spec(), order.database())) {
      out.println(READY);
      for (String next = in.readLine(); next != null; next = in.readLine()) {
        run(contestant, json.readValue(next, Load.class), in);
      }
    }
    return 0;
  }

  private static String line(BufferedReader in) throws IOException {
    @Nullable String line = in.readLine();
    if (line == null) {
      throw new IOException("the input has ended");
    }
    return line;
  }

  private static Contestant open(ContestantSpec spec, TestDatabase database) throws Exception {
    return switch (spec.way()) {
      case RAW_LINK -> new RawContestant(spec.connections());
      case RMI -> new RmiContestant(spec.connections());
      case HIKARICP -> new HikariContestant(database, spec.connections());
      case PGBOUNCER -> new PgBouncerContestant(database, spec.connections());
      case TRANSACTION_ID, NONE, LEDGER -> new CofferdamContestant(database, spec);
    };
  }

  private void run(Contestant contestant, Load load, BufferedReader in) throws Exception {
    while (clients.size() < load.clients()) {
      clients.add(contestant.client(clients.size()));
    }
    LoadRun run = new LoadRun(load, clients.subList(0, load.clients()));
    run.start();
    run.open();
    out.println(OPEN);
    run.close();
    out.println(CLOSED);
    if (!line(in).equals(END)) {
      throw new IOException("a load begins before the last one has ended");
    }
    out.println(RESULT + json.writeValueAsString(run.result()));
  }
}
