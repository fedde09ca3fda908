package io.cofferdam.benchmarks.switches;

import io.cofferdam.benchmarks.report.Section;
import io.cofferdam.benchmarks.report.Spread;
import io.cofferdam.benchmarks.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a switch costs: the time of one way less that of the same work without a switch. */
final class SwitchTable {

  private static final String TEXT =
      "*One way* is half a round trip: one player hands over the turn, and the other wakes up and"
          + " touches its working set. *Alone* is the same work without a switch: one thread hands"
          + " the turn to itself, through a FIFO or a permit of its own, takes it, and touches one"
          + " working set. *Switch* is one way less alone, in the same round. What is subtracted, then:"
          + " the calls that hand over and take the turn, and a touch of a working set that nobody"
          + " else pushes out of the caches. What is not subtracted: to put a player to sleep and to"
          + " wake it up; the switch itself, between processes with its change of the address space;"
          + " and the cache misses that the other player's working set causes. *Beyond two sets* is"
          + " one way less alone with two sets: it leaves out those misses, too, as far as one thread"
          + " that touches two working sets in turn has them. With park, a thread whose permit is"
          + " there makes no system call, so that the system calls of sleep and wake-up are part of"
          + " the switch. On two cores neither player takes the place of the other: the switch is then"
          + " the wake-up of another core, which is idle or about to be, and each core has its own"
          + " first caches, so that two sets are not compared. Switches are counted per way: one that the"
          + " kernel calls involuntary is a wake-up whose thread took the core at once.";

  private SwitchTable() {}

  /** Derives it from a section in which the games were measured. */
  static Table of(Section section, List<Game> games) {
    List<List<String>> rows = new ArrayList<>();
    for (Game game : games) {
      if (game.partners().two()) {
        Game alone = game.alone();
        Optional<Spread> twoSets =
            game.processors() == 1
                ? difference(section, game, game.aloneWithTwoSets())
                : Optional.empty();
        rows.add(
            List.of(
                game.name(),
                text(section.spread(game.name(), GameRun.ONE_WAY)),
                text(section.spread(alone.name(), GameRun.ONE_WAY)),
                text(difference(section, game, alone)),
                text(twoSets)));
      }
    }
    return new Table(
        "Cost of a context switch",
        TEXT,
        List.of("", "one way, ns", "alone, ns", "switch, ns", "beyond two sets, ns"),
        rows);
  }

  private static Optional<Spread> difference(Section section, Game game, Game less) {
    return section.difference(game.name(), less.name(), GameRun.ONE_WAY);
  }

  private static String text(Optional<Spread> spread) {
    return spread.map(each -> each.text(0)).orElse("");
  }
}
