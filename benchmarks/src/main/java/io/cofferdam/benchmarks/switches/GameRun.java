package io.cofferdam.benchmarks.switches;

import io.cofferdam.benchmarks.process.Usage;
import io.cofferdam.benchmarks.report.Metric;
import io.cofferdam.benchmarks.report.Sample;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Has players play, and says what it took. */
final class GameRun {

  static final Metric ONE_WAY = new Metric("one way", "ns", 0, true);
  static final Metric VOLUNTARY = new Metric("voluntary switches", "1/way", 2, false);
  static final Metric INVOLUNTARY = new Metric("involuntary switches", "1/way", 2, false);
  static final List<Metric> METRICS = List.of(ONE_WAY, VOLUNTARY, INVOLUNTARY);

  private final Players players;
  private final Processors processors;
  private final boolean pins;

  /**
   * @param pins whether players can be pinned to processors
   */
  GameRun(Players players, Processors processors, boolean pins) {
    this.players = players;
    this.processors = processors;
    this.pins = pins;
  }

  /** Plays for some time. */
  Sample play(Game game, long nanos) throws IOException, InterruptedException {
    List<Players.Seat> seats = players.of(game.partners());
    for (int i = 0; pins && i < seats.size(); i++) {
      Players.Seat seat = seats.get(i);
      processors.pin(seat.process().thread(seat.side()), Math.min(i, game.processors() - 1));
    }
    List<Usage.Switches> before = switches(seats);
    if (game.partners().two()) {
      seats.get(1).process().send(game.answer());
    }
    PlayerProcess first = seats.get(0).process();
    first.send(game.drive(nanos));
    PlayerResult result = first.result();
    List<Usage.Switches> after = switches(seats);
    return sample(result, seats.size(), before, after);
  }

  private static List<Usage.Switches> switches(List<Players.Seat> seats) {
    return seats.stream().map(seat -> seat.process().switches(seat.side())).toList();
  }

  /** An exchange with two players is two ways; with one player it is one. */
  private static Sample sample(
      PlayerResult result, int players, List<Usage.Switches> before, List<Usage.Switches> after) {
    double ways = (double) result.exchanges() * players;
    long voluntary = 0;
    long involuntary = 0;
    for (int i = 0; i < players; i++) {
      voluntary += after.get(i).voluntary() - before.get(i).voluntary();
      involuntary += after.get(i).involuntary() - before.get(i).involuntary();
    }
    Map<Metric, Double> values = new LinkedHashMap<>();
    values.put(ONE_WAY, result.nanos() / ways);
    values.put(VOLUNTARY, voluntary / ways);
    values.put(INVOLUNTARY, involuntary / ways);
    return new Sample(values);
  }
}
