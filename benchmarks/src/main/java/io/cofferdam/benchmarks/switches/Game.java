package io.cofferdam.benchmarks.switches;

import io.cofferdam.benchmarks.report.Row;
import java.util.ArrayList;
import java.util.List;

/**
 * A ping-pong that is measured: a row of the report.
 *
 * @param mechanism how the turn is handed over
 * @param partners who plays
 * @param processors on how many processors
 * @param kilobytes how much memory each player touches in its turn
 */
record Game(Mechanism mechanism, Partners partners, int processors, int kilobytes) {

  private static final List<Integer> WORKING_SETS = List.of(0, 256, WorkingSet.MAX_BYTES >> 10);
  private static final int WARM_UP_KILOBYTES = 256;

  /** Who plays. */
  enum Partners {
    /** One thread with itself. */
    ALONE("alone", PlayerOrder.Kind.ALONE),
    /** One thread with itself, which touches two working sets in turn. */
    ALONE_TWO_SETS("alone with two sets", PlayerOrder.Kind.ALONE_TWO_SETS),
    /** Two threads of a process. */
    THREADS("threads", PlayerOrder.Kind.DRIVE),
    /** Two processes. */
    PROCESSES("processes", PlayerOrder.Kind.DRIVE);

    private final String title;
    private final PlayerOrder.Kind kind;

    Partners(String title, PlayerOrder.Kind kind) {
      this.title = title;
      this.kind = kind;
    }

    /** Tells whether there are two players. */
    boolean two() {
      return kind == PlayerOrder.Kind.DRIVE;
    }
  }

  /** Returns all of them. */
  static List<Game> all() {
    List<Game> games = new ArrayList<>();
    for (Mechanism mechanism : Mechanism.values()) {
      for (Partners partners : Partners.values()) {
        for (int processors = 1; processors <= 2; processors++) {
          for (int kilobytes : WORKING_SETS) {
            Game game = new Game(mechanism, partners, processors, kilobytes);
            if (game.makesSense()) {
              games.add(game);
            }
          }
        }
      }
    }
    return games;
  }

  private boolean makesSense() {
    return switch (partners) {
      case ALONE -> processors == 1;
      case ALONE_TWO_SETS -> processors == 1 && kilobytes > 0;
      case THREADS -> true;
      case PROCESSES -> mechanism == Mechanism.PIPE;
    };
  }

  /** Tells whether it is one of those that together run all code that is measured. */
  boolean warmsUp() {
    return processors == 1 && kilobytes == WARM_UP_KILOBYTES;
  }

  /** Returns the same without another player. */
  Game alone() {
    return new Game(mechanism, Partners.ALONE, 1, kilobytes);
  }

  /** Returns the same with one player that touches the memory of both. */
  Game aloneWithTwoSets() {
    return new Game(mechanism, Partners.ALONE_TWO_SETS, 1, kilobytes);
  }

  /** Returns its name in reports. */
  String name() {
    return series() + ", " + size();
  }

  private String series() {
    String text = mechanism.title() + ", " + partners.title;
    return partners.two() ? text + (processors == 1 ? ", one core" : ", two cores") : text;
  }

  private String size() {
    return kilobytes < 1_024 ? kilobytes + " KB" : (kilobytes >> 10) + " MB";
  }

  /** Returns its row, which compares processes with threads. */
  Row row() {
    List<String> references =
        partners == Partners.PROCESSES
            ? List.of(new Game(mechanism, Partners.THREADS, processors, kilobytes).name())
            : List.of();
    return new Row(name(), references, series(), kilobytes);
  }

  /** Returns the order to the player that tells the time. */
  PlayerOrder drive(long nanos) {
    return new PlayerOrder(Side.FIRST, partners.kind, mechanism, kilobytes << 10, nanos);
  }

  /** Returns the order to the other player. */
  PlayerOrder answer() {
    return new PlayerOrder(Side.SECOND, PlayerOrder.Kind.ANSWER, mechanism, kilobytes << 10, 0);
  }
}
