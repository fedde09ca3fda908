package io.cofferdam.internal.supervise;

import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.internal.process.Permits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * The slots of a pool: as many as workers and warm spares. Their number can change at any time. One
 * that is too many lets its worker finish what it does, ends the process and goes. It is still one
 * of them until then, so that there are never more processes than the larger of both numbers; if it
 * is wanted again before, it starts over instead of going.
 *
 * <p>Thread-safe. {@code lock} guards which slots there are and which of them leave; snapshots take
 * no lock.
 */
final class Slots {

  /** Makes the link that drives a slot. */
  @FunctionalInterface
  interface Maker {
    /** Makes a link, which asks at its end whether it may. */
    Link make(int number, Predicate<Link> mayEnd) throws IOException;
  }

  private final Permits permits;
  private final int spares;
  private final Maker maker;

  private final ReentrantLock lock = new ReentrantLock();
  private final List<Link> links = new CopyOnWriteArrayList<>();
  private final Set<Link> leaving = new HashSet<>();
  private boolean started;
  private boolean closed;

  /**
   * Has no slots yet; {@link #resize} makes them.
   *
   * @param permits follow the number of workers
   */
  Slots(Permits permits, int spares, Maker maker) {
    this.permits = permits;
    this.spares = spares;
    this.maker = maker;
  }

  /** Starts the slots that there are, and from now on those that come. */
  void start() {
    lock.lock();
    try {
      started = true;
      links.forEach(Link::start);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Changes how many workers there are beside the spares. Returns before those that are too many
   * are gone, or those that are missing are ready.
   *
   * @return false if it is too late: the executor stops its tasks or its workers
   * @throws IOException if this machine has no selector for another link; nothing has changed then
   * @throws OutOfMemoryError if it has no thread; those that were started leave again
   */
  boolean resize(int workers) throws IOException {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      List<Link> staying = new ArrayList<>(links);
      staying.removeAll(leaving);
      int wanted = workers + spares;
      if (wanted > staying.size()) {
        grow(wanted - staying.size());
      } else {
        staying.subList(wanted, staying.size()).forEach(this::dismiss);
      }
      permits.resize(workers);
      links.forEach(Link::sizeChanged);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Keeps slots that are leaving, as long as there are any, and makes new ones. */
  private void grow(int missing) throws IOException {
    int kept = Math.min(missing, leaving.size());
    List<Link> made = new ArrayList<>();
    try {
      for (int number = 1; made.size() < missing - kept; number++) {
        if (isFree(number)) {
          made.add(maker.make(number, this::mayEnd));
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      made.forEach(Link::discard);
      throw e;
    }
    if (started) {
      startAll(made);
    }
    links.addAll(made);
    links.sort(Comparator.comparingInt(Link::number));
    List.copyOf(links).stream().filter(leaving::contains).limit(kept).forEach(leaving::remove);
  }

  private boolean isFree(int number) {
    return links.stream().noneMatch(link -> link.number() == number);
  }

  private void startAll(List<Link> made) {
    int running = 0;
    try {
      for (Link link : made) {
        link.start();
        running++;
      }
    } catch (OutOfMemoryError e) {
      made.subList(running, made.size()).forEach(Link::discard);
      List<Link> useless = made.subList(0, running);
      links.addAll(useless);
      useless.forEach(this::dismiss);
      throw e;
    }
  }

  private void dismiss(Link link) {
    leaving.add(link);
    link.stop();
  }

  /**
   * Lets a link end that was told to stop, unless it is wanted again: then it is to start over.
   * Called by its thread, as the last thing it does.
   */
  private boolean mayEnd(Link link) {
    lock.lock();
    try {
      // A resize that wants the slot again takes it out of those that leave, under this lock: it
      // does so before this, and the link goes on, or it finds the slot gone, and makes another.
      if (leaving.remove(link)) {
        links.remove(link);
        return true;
      }
      if (closed) {
        return true;
      }
      link.startOver();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Asks the running tasks, and those that will still be dispatched, to stop. */
  void shutDownTasks() {
    close();
    links.forEach(Link::shutDownTasks);
  }

  /** Stops the workers, which must be idle or told to stop their tasks, and waits for their end. */
  void stop() {
    close();
    links.forEach(Link::stop);
    boolean interrupted = false;
    for (Link link : links) {
      interrupted |= link.join();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Gives back what slots have that are never started. */
  void discard() {
    links.forEach(Link::discard);
  }

  /** No slot comes from now on, and none starts over. */
  private void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
  }

  List<WorkerSnapshot> snapshot() {
    return links.stream().map(Link::snapshot).toList();
  }
}
