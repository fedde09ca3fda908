package io.cofferdam.benchmarks.switches;

import io.cofferdam.benchmarks.report.Report;
import io.cofferdam.benchmarks.report.Section;
import io.cofferdam.benchmarks.run.Part;
import io.cofferdam.benchmarks.run.Rounds;
import io.cofferdam.benchmarks.run.RunOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a context switch costs: between threads and processes, on one core and on two. */
public final class SwitchesPart implements Part {

  /** A game takes one of so many parts of the time of a load: there are many games. */
  private static final int SHARE = 5;

  private final RunOptions run;

  /** Takes the rounds and their length from the options. */
  public SwitchesPart(RunOptions run) {
    this.run = run;
  }

  @Override
  public void run(Report report) throws Exception {
    Processors processors = Processors.choose();
    report.setting("processors of the ping-pong", processors.text());
    List<Game> games = possible(report, processors);
    Section section =
        new Section(
            "Ping-pong",
            GameRun.METRICS,
            games.stream().map(Game::row).toList(),
            "working set of a player, KB");
    report.begin(section);
    try (Players players = new Players(run)) {
      measure(section, games, new GameRun(players, processors, Program.TASKSET.isInstalled()));
    }
    report.end(section);
    if (games.stream().anyMatch(game -> game.partners().two())) {
      report.add(SwitchTable.of(section, games));
    }
  }

  private List<Game> possible(Report report, Processors processors) {
    boolean pins = Program.TASKSET.isInstalled();
    boolean pipes = Program.MKFIFO.isInstalled();
    boolean twoCores = processors.chosen().size() > 1;
    if (!pins) {
      report.note("taskset is not installed: threads cannot be pinned, and no switch is measured.");
    }
    if (!pipes) {
      report.note("mkfifo is not installed: nothing is measured with pipes.");
    }
    if (!twoCores) {
      report.note("There is one processor only: nothing is measured on two.");
    }
    return Game.all().stream()
        .filter(game -> pins || !game.partners().two())
        .filter(game -> pipes || game.mechanism() != Mechanism.PIPE)
        .filter(game -> twoCores || game.processors() == 1)
        .toList();
  }

  private void measure(Section section, List<Game> games, GameRun play) throws Exception {
    long warmUp = TimeUnit.MILLISECONDS.toNanos(run.warmUpMillis()) / SHARE;
    long window = TimeUnit.MILLISECONDS.toNanos(run.windowMillis()) / SHARE;
    for (Game game : games) {
      if (game.warmsUp()) {
        play.play(game, warmUp);
      }
    }
    Map<String, Rounds.Measurement> measurements = new LinkedHashMap<>();
    games.forEach(game -> measurements.put(game.name(), warm -> play.play(game, window)));
    new Rounds(run).run(section, measurements);
  }
}
