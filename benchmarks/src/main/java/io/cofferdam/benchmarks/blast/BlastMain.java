package io.cofferdam.benchmarks.blast;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cofferdam.benchmarks.contestant.Contestant;
import io.cofferdam.benchmarks.contestant.Contestants;
import io.cofferdam.benchmarks.contestant.DirectContestant;
import io.cofferdam.benchmarks.process.ChildMain;
import io.cofferdam.benchmarks.run.Mix;
import java.io.BufferedReader;
import java.io.PrintStream;
import java.nio.file.Path;

/**
 * An application process that something goes wrong in. It reads what it is, prints a line when its
 * clients could start, and then does what it is told, line by line.
 */
final class BlastMain {

  static final String READY = "READY";
  static final String SERVED = "SERVED";

  /** What it can be told. */
  enum Command {
    /** The clients start. */
    START,
    /** The next transaction goes wrong. */
    STRIKE,
    /** The clients start no more transactions. */
    STOP,
    /** One transaction is run, and a line printed when it is committed. */
    SERVE
  }

  private BlastMain() {}

  /** Takes no arguments. */
  public static void main(String[] args) {
    ChildMain.run(BlastMain::run);
  }

  private static void run(BufferedReader in, PrintStream out) throws Exception {
    BlastOrder order = new ObjectMapper().readValue(in.readLine(), BlastOrder.class);
    EventLog log = EventLog.create(Path.of(order.log()));
    try (Contestant contestant = open(order)) {
      BlastLoad load = new BlastLoad(order, contestant, log);
      out.println(READY);
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        switch (Command.valueOf(line)) {
          case START -> load.start();
          case STRIKE -> load.strike();
          case STOP -> load.stop();
          case SERVE -> {
            contestant.client(0).execute(Mix.TPCB.next(order.accounts()));
            out.println(SERVED);
          }
        }
      }
    }
  }

  private static Contestant open(BlastOrder order) throws Exception {
    return order.spec() == null
        ? new DirectContestant(order.database())
        : Contestants.open(order.spec(), order.database());
  }
}
