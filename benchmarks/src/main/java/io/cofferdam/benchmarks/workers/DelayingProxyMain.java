package io.cofferdam.benchmarks.workers;

import io.cofferdam.benchmarks.process.ChildMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;

/**
 * The process of a {@link DelayingProxy}. It prints its port. Each line that it reads is how many
 * nanoseconds a round trip takes more from now on. It ends with its input.
 */
final class DelayingProxyMain {

  static final String PORT = "PORT ";
  static final String SET = "SET";

  private DelayingProxyMain() {}

  /** Takes the host and the port of the target. */
  public static void main(String[] args) {
    InetSocketAddress target = new InetSocketAddress(args[0], Integer.parseInt(args[1]));
    ChildMain.run((in, out) -> run(target, in, out));
  }

  private static void run(InetSocketAddress target, BufferedReader in, PrintStream out)
      throws IOException {
    try (DelayingProxy proxy = new DelayingProxy(target)) {
      out.println(PORT + proxy.port());
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        proxy.delayNanos(Long.parseLong(line));
        out.println(SET);
      }
    }
  }
}
