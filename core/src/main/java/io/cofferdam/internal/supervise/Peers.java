package io.cofferdam.internal.supervise;

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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who connect to the socket of a worker that is starting, until the worker is known among
 * them by its token. Several are heard at a time, so that a silent one delays nobody. When all
 * places are taken, the one that has been silent for longest loses its own, after a second.
 *
 * <p>Used by the link thread alone.
 */
final class Peers implements Closeable {

  private static final Logger log = LoggerFactory.getLogger(Peers.class);

  /** As many wait in the kernel, and as many again are heard. */
  static final int PLACES = 16;

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private record Peer(SocketChannel socket, Greeting greeting, long sinceNanos) {}

  private final String worker;
  private final ServerSocketChannel server;
  private final LinkSelector selector;
  private final String token;
  private final Deque<Peer> unknown = new ArrayDeque<>();
  private final Map<Hello.Way, SocketChannel> known = new EnumMap<>(Hello.Way.class);
  private int refused;

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
        Hello hello = peer.greeting().read(peer.socket());
        if (hello != null) {
          unknown.remove(peer);
          admit(peer.socket(), hello);
        }
      } catch (IOException e) {
        unknown.remove(peer);
        refuse(peer.socket(), String.valueOf(e.getMessage()));
      }
    }
    return known.size() == Hello.Way.values().length;
  }

  /** Returns when somebody may have to leave, or {@link LinkSelector#FOREVER}. */
  long nextNanos() {
    Peer oldest = unknown.peekFirst();
    return oldest == null || unknown.size() < PLACES
        ? LinkSelector.FOREVER
        : oldest.sinceNanos() + PATIENCE_NANOS;
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
      peer.socket().close();
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
        && nowNanos - oldest.sinceNanos() >= PATIENCE_NANOS) {
      unknown.removeFirst();
      refuse(oldest.socket(), "it has said nothing for a second, and others are waiting");
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
    selector.interest(server, unknown.size() < PLACES ? SelectionKey.OP_ACCEPT : 0);
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
