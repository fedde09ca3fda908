package io.cofferdam.internal.process;

import io.cofferdam.internal.log.Log;
import io.cofferdam.internal.wire.Greeting;
import io.cofferdam.internal.wire.Hello;
import io.cofferdam.internal.wire.OwnUser;
import io.cofferdam.internal.wire.ProtocolException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Those who connect to the socket of a worker that is starting, until the worker is known among
 * them by its token. Several are heard at a time, so that a silent one delays no other. When all
 * places are taken, the one that has been silent for longest loses its own: the first ones after a
 * second, later ones sooner, because the worker may stand behind hundreds of them in the kernel.
 *
 * <p>Used by the link thread alone.
 */
final class Peers implements Closeable {

  private static final Log log = Log.of(Peers.class);

  /** As many wait in the kernel, and as many again are heard. */
  static final int PLACES = 16;

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LEAST_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** A peer is itself, and equal to no other. */
  private static final class Peer {
    final SocketChannel socket;
    final Greeting greeting;
    final long sinceNanos;

    Peer(SocketChannel socket, Greeting greeting, long sinceNanos) {
      this.socket = socket;
      this.greeting = greeting;
      this.sinceNanos = sinceNanos;
    }
  }

  private final String worker;
  private final ServerSocketChannel server;
  private final LinkSelector selector;
  private final String token;
  private final Deque<Peer> unknown = new ArrayDeque<>();
  private final Map<Hello.Way, SocketChannel> known = new EnumMap<>(Hello.Way.class);
  private int refused;
  private int silenced;

  Peers(String worker, ServerSocketChannel server, LinkSelector selector, String token)
      throws IOException {
    this.worker = worker;
    this.server = server;
    this.selector = selector;
    this.token = token;
    selector.add(server, SelectionKey.OP_ACCEPT);
  }

  /** Takes in who has come and what they have said; tells whether the worker is known now. */
  boolean identify(long nowNanos) throws IOException {
    accept(nowNanos);
    for (Peer peer : List.copyOf(unknown)) {
      try {
        Hello hello = peer.greeting.read(peer.socket);
        if (hello != null) {
          unknown.remove(peer);
          admit(peer.socket, hello);
        }
      } catch (IOException e) {
        unknown.remove(peer);
        refuse(peer.socket, String.valueOf(e.getMessage()));
      }
    }
    // A peer that has gone just now has left a place, and nothing else would wake the link for
    // that.
    selector.interest(server, unknown.size() < PLACES ? SelectionKey.OP_ACCEPT : 0);
    return known.size() == Hello.Way.values().length;
  }

  /** Returns when somebody may have to leave, or {@link LinkSelector#FOREVER}. */
  long nextNanos() {
    Peer oldest = unknown.peekFirst();
    return oldest == null || unknown.size() < PLACES
        ? LinkSelector.FOREVER
        : oldest.sinceNanos + patienceNanos();
  }

  /** Halves with each round of the places in which all were silent. */
  private long patienceNanos() {
    int rounds = Math.min(silenced / PLACES, Long.SIZE - 1);
    return Math.max(LEAST_PATIENCE_NANOS, PATIENCE_NANOS >> rounds);
  }

  /** Takes one of the two connections of the worker, which is known. */
  SocketChannel take(Hello.Way way) throws IOException {
    SocketChannel socket = known.remove(way);
    if (socket == null) {
      throw new IllegalStateException("the worker is not known");
    }
    selector.remove(socket);
    return socket;
  }

  /** Closes what was not taken. */
  @Override
  public void close() throws IOException {
    if (refused > 1) {
      log.warn("{}: refused {} connections", worker, refused);
    }
    for (Peer peer : unknown) {
      peer.socket.close();
    }
    for (SocketChannel socket : known.values()) {
      socket.close();
    }
    server.close();
  }

  private void accept(long nowNanos) throws IOException {
    Peer oldest = unknown.peekFirst();
    if (oldest != null
        && unknown.size() == PLACES
        && nowNanos - oldest.sinceNanos >= patienceNanos()) {
      unknown.removeFirst();
      silenced++;
      refuse(oldest.socket, "it has said nothing for a while, and others are waiting");
    }
    @Nullable SocketChannel socket;
    while (unknown.size() < PLACES && (socket = server.accept()) != null) {
      if (OwnUser.isPeer(socket)) {
        selector.add(socket, SelectionKey.OP_READ);
        unknown.addLast(new Peer(socket, new Greeting(), nowNanos));
      } else {
        refuse(socket, "it comes from another user of this machine");
      }
    }
  }

  private void admit(SocketChannel socket, Hello hello) throws IOException {
    if (!knowsToken(hello)) {
      throw new ProtocolException("it did not present the worker's token");
    }
    if (known.putIfAbsent(hello.way(), socket) != null) {
      throw new ProtocolException("it is not the first to present the worker's token");
    }
  }

  private boolean knowsToken(Hello hello) {
    return MessageDigest.isEqual(
        hello.token().getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
  }

  private void refuse(SocketChannel socket, String reason) throws IOException {
    socket.close();
    if (refused++ == 0) {
      log.warn("{}: refused a connection: {}", worker, reason);
    }
  }
}
