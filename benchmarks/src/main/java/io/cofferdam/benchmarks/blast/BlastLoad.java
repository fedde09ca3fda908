package io.cofferdam.benchmarks.blast;

import com.google.common.util.concurrent.Uninterruptibles;
import io.cofferdam.benchmarks.contestant.Contestant;
import io.cofferdam.benchmarks.run.Mix;
import io.cofferdam.benchmarks.run.Transaction;
import io.cofferdam.benchmarks.run.Transfer;
import io.cofferdam.benchmarks.run.VirtualThreads;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The clients of one process, in a closed loop that goes on after failures: each starts its next
 * transaction when it has got an answer to its last one, or a while later if that was a failure.
 */
final class BlastLoad {

  private static final int STACK_BYTES = 256 << 10;
  private static final long PAUSE_MILLIS = 100;

  private final BlastOrder order;
  private final Contestant contestant;
  private final EventLog log;
  private final AtomicReferenceArray<Contestant.Client> clients;
  private final AtomicBoolean faultIsDue = new AtomicBoolean();
  private final Executor afterPause =
      CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  private volatile boolean stopped;

  /** Makes the clients. */
  BlastLoad(BlastOrder order, Contestant contestant, EventLog log) throws Exception {
    this.order = order;
    this.contestant = contestant;
    this.log = log;
    this.clients = new AtomicReferenceArray<>(order.crowd().count());
    for (int i = 0; i < clients.length(); i++) {
      clients.set(i, contestant.client(i));
    }
  }

  /** Starts the clients. */
  void start() {
    for (int i = 0; i < clients.length(); i++) {
      int client = i;
      switch (order.crowd().style()) {
        case THREADS -> new Thread(null, () -> loop(client), "client-" + i, STACK_BYTES).start();
        case VIRTUAL_THREADS -> VirtualThreads.start(() -> loop(client));
        case ASYNC -> submitNext(client);
      }
    }
  }

  /** Has the next transaction that any client starts go wrong. */
  void strike() {
    faultIsDue.set(true);
  }

  /** Has no more transactions started. */
  void stop() {
    stopped = true;
  }

  private void loop(int client) {
    while (!stopped) {
      try {
        Attempt attempt = begin(client);
        if (!runs(client, attempt)) {
          Uninterruptibles.sleepUninterruptibly(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
      } catch (OutOfMemoryError e) {
        // There was no memory to begin with: the client tries again, as a server's thread would.
        Uninterruptibles.sleepUninterruptibly(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
  }

  private boolean runs(int client, Attempt attempt) {
    try {
      clients.get(client).execute(attempt.transaction());
      end(client, attempt, null);
      return true;
    } catch (Throwable e) {
      end(client, attempt, e);
      return false;
    }
  }

  private void submitNext(int client) {
    if (stopped) {
      return;
    }
    Attempt attempt;
    try {
      attempt = begin(client);
    } catch (OutOfMemoryError e) {
      afterPause.execute(() -> submitNext(client));
      return;
    }
    CompletableFuture<?> answer;
    try {
      answer = clients.get(client).submit(attempt.transaction());
    } catch (Throwable e) {
      endSubmitted(client, attempt, e);
      return;
    }
    var unused = answer.whenComplete((result, failure) -> endSubmitted(client, attempt, failure));
  }

  private void endSubmitted(int client, Attempt attempt, @Nullable Throwable failure) {
    end(client, attempt, failure);
    if (failure == null) {
      submitNext(client);
    } else {
      afterPause.execute(() -> submitNext(client));
    }
  }

  private Attempt begin(int client) {
    Transfer transfer = (Transfer) Mix.TPCB.next(order.accounts());
    boolean faulty = faultIsDue.get() && faultIsDue.compareAndSet(true, false);
    Transaction transaction =
        faulty ? new FaultyTransfer(transfer, order.fault(), order.mark()) : transfer;
    Event.Kind start = faulty ? Event.Kind.STARTED_FAULTY : Event.Kind.STARTED;
    Attempt attempt =
        order.tellsOutcome()
            ? Attempt.told(transfer.id(), start, transaction)
            : Attempt.watched(transfer.id(), start, transaction);
    log.add(order.crowd().first() + client, attempt.id(), start);
    return attempt;
  }

  private void end(int client, Attempt attempt, @Nullable Throwable failure) {
    log.add(order.crowd().first() + client, attempt.id(), attempt.answer(failure));
    if (failure != null && attempt.costsConnection(failure)) {
      renew(client);
    }
  }

  /** Not all contestants can make clients in several threads at the same time. */
  private synchronized void renew(int client) {
    try {
      clients.set(client, contestant.client(client));
    } catch (Exception e) {
      System.err.println("client " + client + " gets no other connection: " + e);
    }
  }
}
