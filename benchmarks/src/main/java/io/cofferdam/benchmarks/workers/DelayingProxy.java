package io.cofferdam.benchmarks.workers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A slow network: forwards connections on the loopback interface, each direction half of the delay
 * late. Connecting takes no longer than without it. Thread-safe.
 */
final class DelayingProxy implements AutoCloseable {

  private static final int BACKLOG = 200;

  private final InetSocketAddress target;
  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile long halfNanos;

  /**
   * Begins to accept connections.
   *
   * @param target where they are forwarded to
   */
  DelayingProxy(InetSocketAddress target) throws IOException {
    this.target = target;
    server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    Thread acceptor = new Thread(this::accept, "accept");
    acceptor.setDaemon(true);
    acceptor.start();
  }

  /** Returns the port that it accepts connections at. */
  int port() {
    return server.getLocalPort();
  }

  /** Sets how long a round trip takes more; of what has been read already, the old time holds. */
  void delayNanos(long roundTrip) {
    halfNanos = roundTrip / 2;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        connect(server.accept());
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new IllegalStateException("no more connections can be accepted", e);
        }
      }
    }
  }

  private void connect(Socket near) {
    Socket far = new Socket();
    try {
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      far.connect(target);
    } catch (IOException e) {
      DelayLine.abort(near);
      DelayLine.abort(far);
      return;
    }
    open.add(near);
    open.add(far);
    AtomicInteger running = new AtomicInteger(2);
    Runnable ended =
        () -> {
          if (running.decrementAndGet() == 0) {
            forget(near);
            forget(far);
          }
        };
    new DelayLine(near, far, () -> halfNanos).start(ended);
    new DelayLine(far, near, () -> halfNanos).start(ended);
    // close() may have been here before the sockets were added, and then has not seen them.
    if (server.isClosed()) {
      open.forEach(DelayLine::abort);
    }
  }

  private void forget(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException("a socket cannot be closed", e);
    }
  }

  /** Ends all connections, abruptly. */
  @Override
  public void close() throws IOException {
    server.close();
    open.forEach(DelayLine::abort);
  }
}
