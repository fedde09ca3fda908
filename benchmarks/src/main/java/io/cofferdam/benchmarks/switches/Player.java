package io.cofferdam.benchmarks.switches;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A thread that plays ping-pong. Takes orders from any thread; one that fails ends the process. */
final class Player implements Runnable {

  /** So many exchanges are made between two looks at the clock. */
  private static final int BATCH = 32;

  private static final Path THIS_THREAD = Path.of("/proc/thread-self");

  private final Links links;
  private final PrintStream answers;
  private final BlockingQueue<PlayerOrder> orders = new LinkedBlockingQueue<>();
  private final WorkingSet set = new WorkingSet();
  private final WorkingSet otherSet = new WorkingSet();
  private final ObjectMapper json = new ObjectMapper();

  /**
   * @param answers where it prints what was asked for
   */
  Player(Links links, PrintStream answers) {
    this.links = links;
    this.answers = answers;
  }

  /** Has it do something after what it does now. */
  void order(PlayerOrder order) {
    orders.add(order);
  }

  @Override
  public void run() {
    try {
      links.sit();
      while (true) {
        obey(orders.take());
      }
    } catch (Throwable e) {
      e.printStackTrace();
      System.exit(1);
    }
  }

  private void obey(PlayerOrder order) throws IOException {
    switch (order.kind()) {
      case IDENTIFY -> answer(Long.parseLong(THIS_THREAD.toRealPath().getFileName().toString()));
      case DRIVE -> answer(drive(links.toOther(order.mechanism()), set, order));
      case ANSWER -> follow(links.toOther(order.mechanism()), order.bytes());
      case ALONE -> answer(drive(links.toItself(order.mechanism()), set, order));
      case ALONE_TWO_SETS -> answer(drive(links.toItself(order.mechanism()), otherSet, order));
    }
  }

  private void answer(Object answer) throws IOException {
    answers.println(PlayerMain.ANSWER + json.writeValueAsString(answer));
  }

  /** Plays until the time is over; the second of two exchanges touches another set if given. */
  private PlayerResult drive(Link link, WorkingSet second, PlayerOrder order) throws IOException {
    long begin = System.nanoTime();
    long exchanges = 0;
    long now;
    do {
      for (int i = 0; i < BATCH; i += 2) {
        exchange(link, set, order.bytes());
        exchange(link, second, order.bytes());
      }
      exchanges += BATCH;
      now = System.nanoTime();
    } while (now - begin < order.nanos());
    link.give(Turn.LAST);
    link.take();
    return new PlayerResult(exchanges, now - begin);
  }

  private static void exchange(Link link, WorkingSet set, int bytes) throws IOException {
    link.give(Turn.GO);
    link.take();
    set.walk(bytes);
  }

  private void follow(Link link, int bytes) throws IOException {
    int turn;
    do {
      turn = link.take();
      set.walk(bytes);
      link.give(turn);
    } while (turn == Turn.GO);
  }
}
