package io.cofferdam.benchmarks.switches;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cofferdam.benchmarks.process.ChildJvm;
import io.cofferdam.benchmarks.process.ProcessTree;
import io.cofferdam.benchmarks.process.Usage;
import io.cofferdam.benchmarks.run.RunOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A process with two players, seen from the program that orders them to play. */
final class PlayerProcess implements AutoCloseable {

  private final ChildJvm jvm;
  private final ObjectMapper json = new ObjectMapper();
  private final Map<Side, Long> threads = new EnumMap<>(Side.class);

  private PlayerProcess(ChildJvm jvm) {
    this.jvm = jvm;
  }

  /** Starts one, and returns when its players are there. */
  static PlayerProcess start(RunOptions run, String classPath, Path fifos) throws IOException {
    List<String> command = new ArrayList<>(run.command(PlayerMain.class));
    command.add(fifos.toString());
    PlayerProcess process = new PlayerProcess(ChildJvm.start(run.java(), classPath, command));
    for (Side side : Side.values()) {
      process.send(new PlayerOrder(side, PlayerOrder.Kind.IDENTIFY, Mechanism.PARK, 0, 0));
      process.threads.put(side, process.answer(Long.class));
    }
    return process;
  }

  /** Orders a player to do something. */
  void send(PlayerOrder order) throws IOException {
    jvm.send(json.writeValueAsString(order));
  }

  /** Waits for what came out of a game. */
  PlayerResult result() throws IOException {
    return answer(PlayerResult.class);
  }

  private <T> T answer(Class<T> type) throws IOException {
    return json.readValue(jvm.expect(PlayerMain.ANSWER), type);
  }

  /** Returns the native id of the thread of a player. */
  long thread(Side side) {
    return Objects.requireNonNull(threads.get(side));
  }

  /** Reads how often the thread of a player was switched from since it began. */
  Usage.Switches switches(Side side) {
    Usage usage = new ProcessTree(jvm.pid()).usage();
    return Objects.requireNonNull(usage.threads().get(thread(side)), "a player has ended");
  }

  @Override
  public void close() {
    jvm.close();
  }
}
