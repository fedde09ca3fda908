package io.cofferdam.internal.dispatch;

import io.cofferdam.TransactionRejectedException.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that wait for a worker, fair over client handles: round robin over the clients that
 * have work, in order within a client. A task that finds an idle taker is handed over without being
 * queued, to the taker that was idle last, since its caches are warm. Questions about dead workers
 * come before all tasks.
 *
 * <p>Thread-safe, under one lock. {@link Taker#handOver} is called outside it. Invariant: while a
 * taker is idle, no task waits.
 */
public final class FairQueue {

  /** Somebody who runs tasks. */
  public interface Taker {
    /** Receives a task after {@link #take} returned null; must return at once. */
    void handOver(PendingTask task);
  }

  private static final long ORIGIN = System.nanoTime();

  private final int maxQueued;
  private final int maxQueuedPerClient;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition deadlinesChanged = lock.newCondition();

  private final ArrayDeque<ClientQueue> clientsWithWork = new ArrayDeque<>();
  private final ArrayDeque<Taker> idle = new ArrayDeque<>();
  private final ArrayDeque<Taker> spares = new ArrayDeque<>();
  private final ArrayDeque<SettlementTask> questions = new ArrayDeque<>();
  private final TreeSet<PendingTask> byDeadline =
      new TreeSet<>(
          Comparator.comparingLong((PendingTask task) -> task.deadlineNanos() - ORIGIN)
              .thenComparing(PendingTask::id));
  private volatile int idleTakers;
  private int bounded;
  private long wakeAtNanos;
  private boolean wakeIsPlanned;
  private boolean closed;
  private boolean abandoned;

  public FairQueue(int maxQueued, int maxQueuedPerClient) {
    this.maxQueued = maxQueued;
    this.maxQueuedPerClient = maxQueuedPerClient;
  }

  /**
   * Hands the task to an idle taker, or queues it.
   *
   * @return null, or why the task was refused
   */
  public @Nullable Reason offer(PendingTask task) {
    Taker taker;
    lock.lock();
    try {
      Reason refusal = refusal(task);
      if (refusal != null) {
        return refusal;
      }
      taker = pollIdle();
      if (taker == null) {
        enqueue(task, false);
      }
    } finally {
      lock.unlock();
    }
    if (taker != null) {
      taker.handOver(task);
    }
    return null;
  }

  /**
   * Puts a task that never started back, to be the next one. It is admitted whatever the limits,
   * and even if the queue is closed: it was admitted before.
   *
   * @return false if the queue was emptied for good
   */
  public boolean offerFirst(PendingTask task) {
    Taker taker;
    lock.lock();
    try {
      if (abandoned) {
        return false;
      }
      taker = pollIdle();
      if (taker == null) {
        enqueue(task, true);
      }
    } finally {
      lock.unlock();
    }
    if (taker != null) {
      taker.handOver(task);
    }
    return true;
  }

  /**
   * Hands the question to a worker that has nothing else to do, to a spare one first, or lets the
   * next one that comes for a task answer it before that.
   *
   * @return false if the queue was emptied for good
   */
  public boolean offer(SettlementTask question) {
    Taker taker;
    lock.lock();
    try {
      if (abandoned) {
        return false;
      }
      taker = pollAdmitted(spares, question);
      if (taker == null) {
        taker = pollAdmitted(idle, question);
        idleTakers = idle.size();
      }
      if (taker == null) {
        questions.addLast(question);
      }
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
  public @Nullable SettlementTask takeQuestion(Taker spare) {
    lock.lock();
    try {
      SettlementTask question = pollQuestion(spare);
      if (question == null) {
        spares.addFirst(spare);
      }
      return question;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns the next task, or null after noting that the taker is idle: a task will then be handed
   * over to it, unless it withdraws before.
   */
  public @Nullable PendingTask take(Taker taker) {
    lock.lock();
    try {
      SettlementTask question = pollQuestion(taker);
      if (question != null) {
        return question;
      }
      ClientQueue client = clientsWithWork.pollFirst();
      if (client == null) {
        idle.addFirst(taker);
        idleTakers = idle.size();
        return null;
      }
      PendingTask task = client.waiting.removeFirst();
      if (!client.waiting.isEmpty()) {
        clientsWithWork.addLast(client);
      }
      taken(task);
      return task;
    } finally {
      lock.unlock();
    }
  }

  /** Takes back the note that the taker is idle; false if a task is already on its way to it. */
  public boolean withdraw(Taker taker) {
    lock.lock();
    try {
      boolean removed = idle.removeFirstOccurrence(taker) || spares.removeFirstOccurrence(taker);
      idleTakers = idle.size();
      return removed;
    } finally {
      lock.unlock();
    }
  }

  /** Removes a waiting task; false if it is not waiting here any more. */
  public boolean remove(PendingTask task) {
    lock.lock();
    try {
      if (!byDeadline.contains(task)) {
        return false;
      }
      unlink(task);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Closes a client: its further tasks are refused. Returns what it had waiting. */
  public List<PendingTask> close(ClientQueue client) {
    lock.lock();
    try {
      client.closed = true;
      List<PendingTask> waiting = List.copyOf(client.waiting);
      waiting.forEach(this::unlink);
      return waiting;
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
      List<PendingTask> waiting = List.copyOf(byDeadline);
      waiting.forEach(this::unlink);
      deadlinesChanged.signalAll();
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for tasks whose deadline passes in the queue, and removes them.
   *
   * @return the tasks, at least one; or none if the queue was emptied for good. A closed one may
   *     still be given back tasks that never started.
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public List<PendingTask> awaitExpired() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        List<PendingTask> expired = removeExpired();
        if (!expired.isEmpty() || abandoned) {
          return expired;
        }
        awaitPlannedWake();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns how many tasks wait. */
  public int size() {
    lock.lock();
    try {
      return byDeadline.size();
    } finally {
      lock.unlock();
    }
  }

  /** Returns how many takers wait for a task; without the lock, so it may just have changed. */
  public int idleTakers() {
    return idleTakers;
  }

  private @Nullable SettlementTask pollQuestion(Taker taker) {
    for (Iterator<SettlementTask> each = questions.iterator(); each.hasNext(); ) {
      SettlementTask question = each.next();
      if (question.admits(taker)) {
        each.remove();
        return question;
      }
    }
    return null;
  }

  private static @Nullable Taker pollAdmitted(ArrayDeque<Taker> takers, SettlementTask question) {
    for (Iterator<Taker> each = takers.iterator(); each.hasNext(); ) {
      Taker taker = each.next();
      if (question.admits(taker)) {
        each.remove();
        return taker;
      }
    }
    return null;
  }

  private @Nullable Taker pollIdle() {
    Taker taker = idle.pollFirst();
    idleTakers = idle.size();
    return taker;
  }

  private @Nullable Reason refusal(PendingTask task) {
    if (closed) {
      return Reason.EXECUTOR_CLOSED;
    }
    if (task.client().closed) {
      return Reason.CLIENT_CLOSED;
    }
    if (task.isBounded() && idle.isEmpty()) {
      if (bounded >= maxQueued) {
        return Reason.QUEUE_FULL;
      }
      if (task.client().bounded >= maxQueuedPerClient) {
        return Reason.CLIENT_QUEUE_FULL;
      }
    }
    return null;
  }

  private void enqueue(PendingTask task, boolean first) {
    ClientQueue client = task.client();
    boolean hadWork = !client.waiting.isEmpty();
    if (first) {
      if (hadWork) {
        clientsWithWork.remove(client);
      }
      client.waiting.addFirst(task);
      clientsWithWork.addFirst(client);
    } else {
      client.waiting.addLast(task);
      if (!hadWork) {
        clientsWithWork.addLast(client);
      }
    }
    if (task.isBounded()) {
      client.bounded++;
      bounded++;
    }
    byDeadline.add(task);
    planWake(task.deadlineNanos());
  }

  /**
   * Wakes the thread that waits for deadlines if it would sleep too long. Once it is to wake at a
   * time it does, even if that task is gone by then: so tasks that pass through the queue quickly
   * wake it once per timeout, not once per task.
   */
  private void planWake(long deadlineNanos) {
    if (!wakeIsPlanned || deadlineNanos - wakeAtNanos < 0) {
      wakeIsPlanned = true;
      wakeAtNanos = deadlineNanos;
      deadlinesChanged.signal();
    }
  }

  /** Waits for the planned wake or a change of the plan; may return early. */
  @SuppressWarnings("WaitNotInLoop")
  private void awaitPlannedWake() throws InterruptedException {
    if (wakeIsPlanned && wakeAtNanos - System.nanoTime() <= 0) {
      wakeIsPlanned = !byDeadline.isEmpty();
      wakeAtNanos = wakeIsPlanned ? byDeadline.first().deadlineNanos() : 0;
    }
    if (wakeIsPlanned) {
      long unused = deadlinesChanged.awaitNanos(wakeAtNanos - System.nanoTime());
    } else {
      deadlinesChanged.await();
    }
  }

  private void unlink(PendingTask task) {
    ClientQueue client = task.client();
    client.waiting.remove(task);
    if (client.waiting.isEmpty()) {
      clientsWithWork.remove(client);
    }
    taken(task);
  }

  private void taken(PendingTask task) {
    if (task.isBounded()) {
      task.client().bounded--;
      bounded--;
    }
    byDeadline.remove(task);
  }

  private List<PendingTask> removeExpired() {
    List<PendingTask> expired = new ArrayList<>();
    long now = System.nanoTime();
    while (!byDeadline.isEmpty() && byDeadline.first().deadlineNanos() - now <= 0) {
      PendingTask task = byDeadline.first();
      unlink(task);
      expired.add(task);
    }
    return expired;
  }
}
