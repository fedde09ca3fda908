package io.cofferdam.benchmarks.switches;

import io.cofferdam.benchmarks.process.ClassPath;
import io.cofferdam.benchmarks.run.RunOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The processes of all games: one whose two players meet each other, and two that meet. */
final class Players implements AutoCloseable {

  private final Deque<Runnable> closings = new ArrayDeque<>();
  private final List<Seat> threads;
  private final List<Seat> processes;

  /**
   * A player.
   *
   * @param process its process
   * @param side its side
   */
  record Seat(PlayerProcess process, Side side) {}

  /** Starts the processes. */
  Players(RunOptions run) throws IOException, InterruptedException {
    try {
      ClassPath classPath = new ClassPath();
      closings.push(classPath::close);
      Path within = fifos();
      Path between = fifos();
      PlayerProcess both = start(run, classPath, within);
      threads = List.of(new Seat(both, Side.FIRST), new Seat(both, Side.SECOND));
      processes =
          List.of(
              new Seat(start(run, classPath, between), Side.FIRST),
              new Seat(start(run, classPath, between), Side.SECOND));
    } catch (IOException | InterruptedException e) {
      close();
      throw e;
    }
  }

  private Path fifos() throws IOException, InterruptedException {
    Fifos fifos = new Fifos();
    closings.push(fifos::close);
    return fifos.directory();
  }

  private PlayerProcess start(RunOptions run, ClassPath classPath, Path fifos) throws IOException {
    PlayerProcess process = PlayerProcess.start(run, classPath.own(), fifos);
    closings.push(process::close);
    return process;
  }

  /** Returns the player or the two players of a game. */
  List<Seat> of(Game.Partners partners) {
    return switch (partners) {
      case ALONE, ALONE_TWO_SETS -> threads.subList(0, 1);
      case THREADS -> threads;
      case PROCESSES -> processes;
    };
  }

  @Override
  public void close() {
    while (!closings.isEmpty()) {
      closings.pop().run();
    }
  }
}
