package io.cofferdam.benchmarks.switches;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cofferdam.benchmarks.process.ChildMain;
import java.io.BufferedReader;
import java.io.PrintStream;
import java.nio.file.Path;

/** A process with a player for each side. It reads orders, a line each, and ends with its input. */
final class PlayerMain {

  static final String ANSWER = "ANSWER ";

  private PlayerMain() {}

  /** The argument is the directory of the FIFOs. */
  public static void main(String[] args) {
    Path fifos = Path.of(args[0]);
    ChildMain.run((in, out) -> run(fifos, in, out));
  }

  private static void run(Path fifos, BufferedReader in, PrintStream out) throws Exception {
    ParkLink.Seat firstSeat = new ParkLink.Seat();
    ParkLink.Seat secondSeat = new ParkLink.Seat();
    Player first = new Player(new Links(fifos, Side.FIRST, firstSeat, secondSeat), out);
    Player second = new Player(new Links(fifos, Side.SECOND, secondSeat, firstSeat), out);
    new Thread(first, "first-player").start();
    new Thread(second, "second-player").start();
    ObjectMapper json = new ObjectMapper();
    String line = in.readLine();
    while (line != null) {
      PlayerOrder order = json.readValue(line, PlayerOrder.class);
      (order.side() == Side.FIRST ? first : second).order(order);
      line = in.readLine();
    }
  }
}
