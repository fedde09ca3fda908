package io.cofferdam.benchmarks.probe;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * The process of a probe. It reads what it is, and measures once for each further line. It ends
 * with its input.
 */
@Command(name = "probe", hidden = true)
public final class ProbeCommand implements Callable<Integer> {

  static final String RESULT = "RESULT ";

  private final ObjectMapper json = new ObjectMapper();
  private final PrintStream out = System.out;

  @Override
  public Integer call() throws Exception {
    // Only the protocol goes to the standard output.
    System.setOut(System.err);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    ProbeOrder order = json.readValue(in.readLine(), ProbeOrder.class);
    try (Probe probe = open(order)) {
      while (in.readLine() != null) {
        out.println(RESULT + json.writeValueAsString(probe.take()));
      }
    }
    return 0;
  }

  private static Probe open(ProbeOrder order) {
    return switch (order.kind()) {
      case START -> new StartProbe(order);
      case MEMORY -> new MemoryProbe(order);
      case RECOVERY -> new RecoveryProbe(order);
    };
  }
}
