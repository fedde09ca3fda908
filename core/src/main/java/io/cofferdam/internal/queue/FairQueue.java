package io.cofferdam.internal.queue;

import io.cofferdam.TransactionRejectedException.Reason;
import io.cofferdam.internal.concurrency.ConcurrencyLimit;
import io.cofferdam.internal.stats.PoolEvents;
import io.cofferdam.internal.stats.PoolListener;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.ClientQueue;
import io.cofferdam.internal.task.PendingTask;
import io.cofferdam.internal.task.Question;
import io.cofferdam.internal.task.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that wait for a worker, fair over client handles: round robin over the clients that
 * have work, in order within a client. A task that finds an idle taker is handed over without being
 * queued, to the taker that was idle last, since its caches are warm. Questions about dead workers
 * come before all tasks.
 *
 * <p>A task may be held: behind another one with its key, which has no answer yet, or until a time,
 * after an attempt that has failed. It waits like the others, but no worker takes it.
 *
 * <p>A task whose key was committed a moment ago is given that result instead of waiting.
 *
 * <p>No more tasks are given to takers at a time than the {@link ConcurrencyLimit} allows. A task
 * waits for a taker that is about to be ready rather than wake one that is idle.
 *
 * <p>Thread-safe, under one lock. {@link Taker#handOver} is called outside it.
 */
public final class FairQueue {

  /** How many tasks of a client that is closed are removed at a time. */
  static final int MOST_REMOVED = 1_000;

  private static final Admission ADMITTED = new Admission.Admitted();

  private final KeptResults kept;
  private final PoolEvents events;
  private final ReentrantLock lock = new ReentrantLock();
  private final RoundRobin takeable = new RoundRobin();
  private final WaitingTasks waiting;
  private final Places places;
  private final Distribution distribution;
  private final Questions questions = new Questions();
  private boolean closed;
  private boolean abandoned;

  public FairQueue(
      QueueLimits limits, KeptResults kept, PoolEvents events, ConcurrencyLimit concurrency) {
    places = new Places(concurrency);
    waiting = new WaitingTasks(limits, takeable, lock.newCondition());
    distribution = new Distribution(waiting, takeable, places);
    this.kept = kept;
    this.events = events;
  }

  /**
   * Hands the task to an idle taker, or queues it, or holds it behind another one with its key. A
   * task whose key is known to be committed takes no room, so no limit applies.
   */
  Admission offer(PendingTask task) {
    // The key may be committed after this look. Then the task runs, or is held behind another one,
    // and its worker finds the key in the ledger; so the look needs no lock.
    boolean hasKey = task.key() != null;
    Admission.Duplicate duplicate = hasKey ? kept.find(task) : null;
    HandOver handOver;
    lock.lock();
    try {
      Reason refusal = duplicate == null ? refusal(task) : refusalToAll(task.client());
      if (refusal != null) {
        return new Admission.Refused(refusal);
      }
      if (duplicate != null) {
        return duplicate;
      }
      boolean held = hasKey && waiting.holdBehindAnother(task);
      handOver = held ? null : distribution.add(task);
    } finally {
      lock.unlock();
    }
    if (handOver != null) {
      handOver.run();
    }
    return ADMITTED;
  }

  /**
   * Puts a task that never started back, to be the next one. It is admitted whatever the limits,
   * and even if the queue is closed: it was admitted before.
   *
   * @return false if the queue was emptied for good
   */
  public boolean offerFirst(PendingTask task) {
    List<HandOver> handOvers;
    lock.lock();
    try {
      if (abandoned) {
        return false;
      }
      waiting.addFirst(task);
      handOvers = distribution.all();
    } finally {
      lock.unlock();
    }
    handOvers.forEach(HandOver::run);
    return true;
  }

  /**
   * Takes a task back that is to be tried again, and holds it until a time. Then it is the first of
   * its client's. It is admitted whatever the limits.
   *
   * @param failed how the attempt before has ended
   * @return false if the queue was emptied for good, or the client is closed
   */
  boolean hold(PendingTask task, Answer failed, long untilNanos) {
    lock.lock();
    try {
      if (abandoned || task.client().closed) {
        return false;
      }
      task.triedAgainAfter(failed);
      events.tell(PoolListener::attemptRetried);
      waiting.hold(task, untilNanos);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Notes that a task has its answer. The next one behind it is let go.
   *
   * @return those before that one, which wait no more and are to be answered: their key is known to
   *     be committed
   */
  List<Admission.Duplicate> answered(PendingTask task) {
    if (task.key() == null) {
      return List.of();
    }
    List<Admission.Duplicate> duplicates = new ArrayList<>();
    List<HandOver> handOvers;
    lock.lock();
    try {
      PendingTask next = waiting.answered(task);
      Admission.Duplicate duplicate = next == null ? null : kept.find(next);
      while (duplicate != null) {
        waiting.leave(duplicate.task());
        duplicates.add(duplicate);
        next = waiting.answered(duplicate.task());
        duplicate = next == null ? null : kept.find(next);
      }
      if (next != null) {
        waiting.addAhead(next);
      }
      handOvers = distribution.all();
    } finally {
      lock.unlock();
    }
    handOvers.forEach(HandOver::run);
    return duplicates;
  }

  /**
   * Hands the question to a worker that has nothing else to do, to a spare one first, or lets the
   * next one that comes for a task answer it before that.
   *
   * @return false if the queue was emptied for good
   */
  public boolean offer(Question question) {
    Taker taker;
    lock.lock();
    try {
      if (abandoned) {
        return false;
      }
      taker = questions.offer(question, distribution);
    } finally {
      lock.unlock();
    }
    if (taker != null) {
      taker.handOver(question);
    }
    return true;
  }

  /**
   * Returns a question that waits, or null after noting that the taker, which takes no tasks, may
   * be handed one, unless it withdraws before.
   */
  public @Nullable Question takeQuestion(Taker spare) {
    lock.lock();
    try {
      Question question = questions.poll();
      if (question == null) {
        questions.waitFor(spare);
      }
      return question;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns the next work, or null after noting that the taker is idle: work will then be handed
   * over to it, unless it withdraws before. What it has taken before has ended.
   */
  public @Nullable Work take(Taker taker) {
    Work work;
    List<HandOver> others;
    lock.lock();
    try {
      places.leave(taker.place(), takeable.size());
      work = questions.poll();
      if (work == null) {
        work = distribution.take(taker);
      }
      // If there is no work for this one, there is none for others either.
      others = work == null ? List.of() : distribution.all();
    } finally {
      lock.unlock();
    }
    others.forEach(HandOver::run);
    return work;
  }

  /** Returns a place for a taker, which keeps it for ever. */
  public Place newPlace() {
    return new Place(places);
  }

  /** Notes that the taker's task, or its cleaning, takes too long for others to wait for it. */
  public void late(Taker taker) {
    handOutAfter(() -> places.late(taker.place()));
  }

  /** Notes that what the taker has taken does not run any more, or that others may run instead. */
  public void release(Taker taker) {
    if (taker.place().occupied) {
      handOutAfter(() -> places.release(taker.place()));
    }
  }

  /** Notes that there is another number of takers. */
  public void resize(int workers) {
    handOutAfter(() -> places.resize(workers));
  }

  private void handOutAfter(Runnable change) {
    List<HandOver> handOvers;
    lock.lock();
    try {
      change.run();
      handOvers = distribution.all();
    } finally {
      lock.unlock();
    }
    handOvers.forEach(HandOver::run);
  }

  /** Takes back the note that the taker is idle; false if a task is already on its way to it. */
  public boolean withdraw(Taker taker) {
    lock.lock();
    try {
      return distribution.removeIdle(taker) || questions.withdraw(taker);
    } finally {
      lock.unlock();
    }
  }

  /** Removes a waiting task; false if it is not waiting here any more. */
  public boolean remove(PendingTask task) {
    lock.lock();
    try {
      return waiting.remove(task);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Closes a client: its further tasks are refused. Removes what it has waiting, but only so much
   * at a time that no thread waits long for the lock: what is held at once, and its last tasks
   * before the others, so that those which may start meanwhile are the first ones.
   *
   * @return the removed tasks; none if no more wait
   */
  public List<PendingTask> close(ClientQueue client) {
    lock.lock();
    try {
      List<PendingTask> removed = waiting.removeLast(client, MOST_REMOVED);
      if (!client.closed) {
        client.closed = true;
        removed.addAll(waiting.removeHeld(client));
      }
      return removed;
    } finally {
      lock.unlock();
    }
  }

  /** Refuses further tasks. Those that wait stay. */
  public void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
  }

  /** Empties the queue for good: removes and returns all that wait, and admits nothing more. */
  public List<PendingTask> abandon() {
    lock.lock();
    try {
      closed = true;
      abandoned = true;
      return waiting.removeAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for tasks whose deadline passes in the queue, and removes them; lets tasks go meanwhile
   * that were held until a time.
   *
   * @return the tasks, at least one; or none if the queue was emptied for good. A closed one may
   *     still be given back tasks that never started.
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public List<PendingTask> awaitExpired() throws InterruptedException {
    while (true) {
      List<HandOver> handOvers;
      lock.lockInterruptibly();
      try {
        long now = System.nanoTime();
        List<PendingTask> expired = waiting.removeExpired(now);
        if (!expired.isEmpty() || abandoned) {
          return expired;
        }
        handOvers = letGoHeld(now);
        if (handOvers.isEmpty()) {
          waiting.awaitTimes();
        }
      } finally {
        lock.unlock();
      }
      handOvers.forEach(HandOver::run);
    }
  }

  /** Returns how many tasks wait, those that are held among them. */
  public int size() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /** Returns how many takers wait for a task. */
  int idleTakers() {
    lock.lock();
    try {
      return distribution.idleCount();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Reason refusal(PendingTask task) {
    ClientQueue client = task.client();
    boolean mustWait = task.isBounded() && (distribution.isFull() || waiting.isBehindAnother(task));
    Reason refusal = refusalToAll(client);
    return refusal == null && mustWait ? waiting.full(client) : refusal;
  }

  /** Returns why not even a task of this client that takes no room is admitted, or null. */
  private @Nullable Reason refusalToAll(ClientQueue client) {
    if (closed) {
      return Reason.EXECUTOR_CLOSED;
    }
    return client.closed ? Reason.CLIENT_CLOSED : null;
  }

  private List<HandOver> letGoHeld(long nowNanos) {
    PendingTask task = waiting.pollHeld(nowNanos);
    while (task != null) {
      waiting.addAhead(task);
      task = waiting.pollHeld(nowNanos);
    }
    return distribution.all();
  }
}
