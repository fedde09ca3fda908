package io.cofferdam.benchmarks.probe;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cofferdam.benchmarks.process.ChildMain;
import java.io.BufferedReader;
import java.io.PrintStream;

/**
 * The process of a probe. It reads what it is, and measures once for each further line. It ends
 * with its input.
 */
final class ProbeMain {

  static final String RESULT = "RESULT ";

  private ProbeMain() {}

  /** Takes no arguments. */
  public static void main(String[] args) {
    ChildMain.run(ProbeMain::run);
  }

  private static void run(BufferedReader in, PrintStream out) throws Exception {
    ObjectMapper json = new ObjectMapper();
    ProbeOrder order = json.readValue(in.readLine(), ProbeOrder.class);
    try (Probe probe = open(order)) {
      while (in.readLine() != null) {
        out.println(RESULT + json.writeValueAsString(probe.take()));
      }
    }
  }

  private static Probe open(ProbeOrder order) {
    return switch (order.spec().kind()) {
      case START -> new StartProbe(order);
      case MEMORY -> new MemoryProbe(order);
      case RECOVERY -> new RecoveryProbe(order);
    };
  }
}
