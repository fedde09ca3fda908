package io.cofferdam.internal.dialect;

import io.cofferdam.RetryPolicy.Cause;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether what has made a transaction fail may not happen a second time, however deep in
 * an exception of the task's own it is.
 */
public final class RetryCauses {

  private static final int MOST = 100;

  private RetryCauses() {}

  /**
   * Returns why another attempt may succeed, or null.
   *
   * @param connectionIsDead whether the connection cannot be used any more, which explains any
   *     SQLException that the database does not know
   */
  public static @Nullable Cause find(
      Failures failures, @Nullable Throwable failure, boolean connectionIsDead) {
    try {
      return search(failures, failure, connectionIsDead);
    } catch (RuntimeException | Error brokenException) {
      return null;
    }
  }

  private static @Nullable Cause search(
      Failures failures, @Nullable Throwable failure, boolean connectionIsDead) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Queue<Throwable> open = new ArrayDeque<>();
    Cause otherwise = null;
    enter(failure, seen, open);
    for (Throwable current = open.poll(); current != null; current = open.poll()) {
      if (current instanceof SQLException sql) {
        Cause cause = failures.retryCause(sql);
        if (cause != null) {
          return cause;
        }
        otherwise = connectionIsDead ? Cause.CONNECTION_LOST : null;
        enter(sql.getNextException(), seen, open);
      }
      enter(current.getCause(), seen, open);
    }
    return otherwise;
  }

  private static void enter(
      @Nullable Throwable failure, Set<Throwable> seen, Queue<Throwable> open) {
    if (failure != null && seen.size() < MOST && seen.add(failure)) {
      open.add(failure);
    }
  }
}
