package io.cofferdam.benchmarks.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cofferdam.benchmarks.contestant.Contestant;
import io.cofferdam.benchmarks.contestant.Contestants;
import io.cofferdam.benchmarks.process.ChildMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The process of a contestant. It reads what it is, and then one load per line; it prints a line
 * when it is ready, and for each load when the window opens and closes. When it is told that its
 * threads may end, it prints what it saw, and which concurrency it chose, if it chooses. It ends
 * with its input.
 */
final class ContestantMain {

  static final String READY = "READY";
  static final String OPEN = "OPEN";
  static final String CLOSED = "CLOSED";
  static final String END = "END";
  static final String RESULT = "RESULT ";
  static final String CHOSEN = "CHOSEN ";

  private final ObjectMapper json = new ObjectMapper();
  private final List<Contestant.Client> clients = new ArrayList<>();
  private final BufferedReader in;
  private final PrintStream out;

  private ContestantMain(BufferedReader in, PrintStream out) {
    this.in = in;
    this.out = out;
  }

  /** Takes no arguments. */
  public static void main(String[] args) {
    ChildMain.run((in, out) -> new ContestantMain(in, out).run());
  }

  private void run() throws Exception {
    ContestantOrder order = json.readValue(line(), ContestantOrder.class);
    try (Contestant contestant = Contestants.open(order.spec(), order.database())) {
      out.println(READY);
      for (String next = in.readLine(); next != null; next = in.readLine()) {
        run(contestant, json.readValue(next, Load.class));
      }
    }
  }

  private String line() throws IOException {
    @Nullable String line = in.readLine();
    if (line == null) {
      throw new IOException("the input has ended");
    }
    return line;
  }

  private void run(Contestant contestant, Load load) throws Exception {
    while (clients.size() < load.clients()) {
      clients.add(contestant.client(clients.size()));
    }
    LoadRun run = new LoadRun(load, clients.subList(0, load.clients()));
    run.start();
    run.open();
    out.println(OPEN);
    ConcurrencySamples concurrency = ConcurrencySamples.start(contestant);
    run.close();
    out.println(CLOSED);
    String chosen = concurrency.end();
    if (!line().equals(END)) {
      throw new IOException("a load begins before the last one has ended");
    }
    out.println(RESULT + json.writeValueAsString(run.result()));
    out.println(CHOSEN + chosen);
  }
}
