package io.cofferdam.internal.queue;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.cofferdam.internal.task.Answer;
import io.cofferdam.internal.task.PendingTask;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The results of tasks with an idempotency key that this executor has seen committed within the
 * last minute, so that a duplicate needs neither a worker nor the database. What is not here, the
 * key's row in the ledger decides.
 *
 * <p>A result is never kept for longer than its row is. So it must come from the commit itself, not
 * from the row or from here, and not long after the task was given: the row's time counts from the
 * begin of the transaction where the database's clock stands still in one, and settlement may take
 * long to find a commit.
 *
 * <p>Thread-safe; it has no thread of its own. The cache is made when the first result is kept: its
 * classes take a fifth of the time in which an executor is built, and most never need them.
 */
public final class KeptResults {

  static final Duration LIFE = Duration.ofMinutes(1);

  /** How long after its task was given an answer may come; the shortest life of a row is 1 h. */
  static final Duration LATEST = Duration.ofMinutes(30);

  /** In bytes, of all entries. */
  static final long MAX_WEIGHT = 16 << 20;

  private static final int WEIGHT_OF_AN_ENTRY = 256;

  private record Kept(String fingerprint, byte[] result) {}

  private final Ticker ticker;
  private volatile @Nullable Cache<String, Kept> byKey;

  /**
   * Keeps nothing yet.
   *
   * @param ticker the clock of {@link System#nanoTime}, or a test's
   */
  public KeptResults(Ticker ticker) {
    this.ticker = ticker;
  }

  private synchronized Cache<String, Kept> cache() {
    Cache<String, Kept> cache = byKey;
    if (cache == null) {
      cache =
          Caffeine.newBuilder()
              .maximumWeight(MAX_WEIGHT)
              .weigher(KeptResults::weigh)
              .expireAfterWrite(LIFE)
              .ticker(ticker)
              .executor(Runnable::run)
              .build();
      byKey = cache;
    }
    return cache;
  }

  private static int weigh(String key, Kept kept) {
    return WEIGHT_OF_AN_ENTRY + key.length() + kept.fingerprint.length() + kept.result.length;
  }

  /** Keeps the result of a task that has a key, if the answer says that it was committed itself. */
  void keep(PendingTask task, Answer answer) {
    String key = task.key();
    if (key != null && answer instanceof Answer.Committed committed && isInTime(task)) {
      cache().put(key, new Kept(fingerprint(task), committed.result()));
    }
  }

  private boolean isInTime(PendingTask task) {
    return ticker.read() - task.createdNanos() < LATEST.toNanos();
  }

  /** Returns what is known of a task if its key was committed a moment ago, else null. */
  Admission.@Nullable Duplicate find(PendingTask task) {
    String key = task.key();
    Cache<String, Kept> cache = byKey;
    Kept kept = key == null || cache == null ? null : cache.getIfPresent(key);
    if (kept == null) {
      return null;
    }
    boolean isSame = kept.fingerprint.equals(fingerprint(task));
    return new Admission.Duplicate(task, isSame ? kept.result : null);
  }

  private static String fingerprint(PendingTask task) {
    return task.options().fingerprint().orElse("");
  }
}
