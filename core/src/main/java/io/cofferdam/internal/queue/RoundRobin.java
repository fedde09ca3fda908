package io.cofferdam.internal.queue;

import io.cofferdam.internal.task.ClientQueue;
import io.cofferdam.internal.task.PendingTask;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that may be taken, in their clients' queues, and whose turn it is. Guarded by the lock
 * of the {@link FairQueue}.
 */
final class RoundRobin {

  private final ArrayDeque<ClientQueue> clientsWithWork = new ArrayDeque<>();
  private int size;

  /** Returns how many tasks there are. */
  int size() {
    return size;
  }

  /** Returns the next task, or null if there is none. */
  @Nullable PendingTask poll() {
    ClientQueue client = clientsWithWork.pollFirst();
    if (client == null) {
      return null;
    }
    PendingTask task = client.waiting.removeFirst();
    size--;
    if (!client.waiting.isEmpty()) {
      clientsWithWork.addLast(client);
    }
    return task;
  }

  /** Makes the task the last of its client's. */
  void addLast(PendingTask task) {
    takePart(task.client());
    task.client().waiting.addLast(task);
    size++;
  }

  /** Makes the task the first of its client's, which keeps its turn. */
  void addAhead(PendingTask task) {
    takePart(task.client());
    task.client().waiting.addFirst(task);
    size++;
  }

  /** Makes the task the first of all. */
  void addFirst(PendingTask task) {
    ClientQueue client = task.client();
    if (!client.waiting.isEmpty()) {
      clientsWithWork.remove(client);
    }
    client.waiting.addFirst(task);
    clientsWithWork.addFirst(client);
    size++;
  }

  /** Removes the last task of a client; null if it has none. */
  @Nullable PendingTask removeLast(ClientQueue client) {
    PendingTask last = client.waiting.pollLast();
    if (last != null) {
      size--;
      if (client.waiting.isEmpty()) {
        clientsWithWork.remove(client);
      }
    }
    return last;
  }

  void remove(PendingTask task) {
    ClientQueue client = task.client();
    if (client.waiting.remove(task)) {
      size--;
    }
    if (client.waiting.isEmpty()) {
      clientsWithWork.remove(client);
    }
  }

  private void takePart(ClientQueue client) {
    if (client.waiting.isEmpty()) {
      clientsWithWork.addLast(client);
    }
  }
}
