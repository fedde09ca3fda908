package io.cofferdam.internal.process;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one place where a link thread waits: for bytes from its worker, for a time, or to be woken.
 * Only {@link #wake} may be called by other threads.
 */
public final class LinkSelector implements Closeable {

  /** Stands for no limit. */
  public static final long FOREVER = Long.MAX_VALUE;

  private final Selector selector;
  private @Nullable SelectionKey key;

  public LinkSelector() throws IOException {
    selector = Selector.open();
  }

  /** Watches a channel, instead of the one before. */
  void watch(SelectableChannel channel, int operations) throws IOException {
    unwatch();
    channel.configureBlocking(false);
    key = channel.register(selector, operations);
  }

  /** Watches no channel. */
  void unwatch() throws IOException {
    if (key != null) {
      key.cancel();
      key = null;
      selector.selectNow(ready -> {});
    }
  }

  /** Also waits for a channel, until that is closed or removed. */
  void add(SelectableChannel channel, int operations) throws IOException {
    channel.configureBlocking(false);
    channel.register(selector, operations);
  }

  /** Waits for other operations of a channel that was added. */
  void interest(SelectableChannel channel, int operations) {
    channel.keyFor(selector).interestOps(operations);
  }

  /** Waits no longer for a channel that was added; it may be watched from now on. */
  void remove(SelectableChannel channel) throws IOException {
    channel.keyFor(selector).cancel();
    selector.selectNow(ready -> {});
  }

  /** Also waits until the watched channel takes bytes, or not any more. */
  void watchWrites(boolean watch) {
    SelectionKey current = key;
    if (current != null && current.isValid()) {
      int reads = current.interestOps() & ~SelectionKey.OP_WRITE;
      current.interestOps(watch ? reads | SelectionKey.OP_WRITE : reads);
    }
  }

  /**
   * Waits until the watched channel is ready, the link is woken, or the time has come. It may
   * return early.
   *
   * @param untilNanos a time of {@link System#nanoTime}, or {@link #FOREVER}
   */
  public void await(long untilNanos) throws IOException {
    if (untilNanos == FOREVER) {
      selector.select(ready -> {});
      return;
    }
    long left = untilNanos - System.nanoTime();
    if (left <= 0) {
      selector.selectNow(ready -> {});
    } else {
      selector.select(ready -> {}, TimeUnit.NANOSECONDS.toMillis(left) + 1);
    }
  }

  /** Ends the present wait, or else the next one. */
  public void wake() {
    selector.wakeup();
  }

  @Override
  public void close() throws IOException {
    selector.close();
  }
}
