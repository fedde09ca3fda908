package io.cofferdam.testing;

import com.google.common.util.concurrent.Uninterruptibles;
import io.cofferdam.testkit.database.TestDatabase;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/**
 * Stands between clients and the server of a database. Counts their round trips, which are how
 * often a client writes after the server has; may replace what they write, and hold the answers.
 */
public final class DatabaseProxy implements AutoCloseable {

  private static final int BUFFER = 65_536;

  private final TestDatabase target;
  private final URI server;
  private final ServerSocket listener;
  private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong trips = new AtomicLong();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile UnaryOperator<byte[]> replacement = UnaryOperator.identity();
  private volatile CountDownLatch held = new CountDownLatch(0);

  private DatabaseProxy(TestDatabase target) throws IOException {
    this.target = target;
    String url = target.url();
    server = URI.create("tcp" + url.substring(url.indexOf("://")));
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  /** Begins to listen for clients of a database. */
  public static DatabaseProxy before(TestDatabase target) throws IOException {
    DatabaseProxy proxy = new DatabaseProxy(target);
    proxy.open.add(proxy.listener);
    proxy.start(proxy::accept);
    return proxy;
  }

  /** {@return the database as it is reached through this} */
  public TestDatabase database() {
    String direct = server.getHost() + ":" + server.getPort();
    String through = server.getHost() + ":" + listener.getLocalPort();
    return new TestDatabase(
        target.kind(),
        target.name(),
        target.url().replace(direct, through),
        target.username(),
        target.password());
  }

  /** {@return how many round trips there have been} */
  public long roundTrips() {
    return trips.get();
  }

  /** {@return how many connections there have been} */
  public int connections() {
    return connections.get();
  }

  /** Replaces what clients write from now on, piece by piece. */
  public void replace(UnaryOperator<byte[]> change) {
    replacement = change;
  }

  /** Lets no answer of the server through until {@link #releaseAnswers}. */
  public void holdAnswers() {
    held = new CountDownLatch(1);
  }

  /** Lets answers through again. */
  public void releaseAnswers() {
    held.countDown();
  }

  private void accept() throws IOException {
    while (!listener.isClosed()) {
      Socket client = listener.accept();
      connections.incrementAndGet();
      Socket upstream = new Socket(server.getHost(), server.getPort());
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      open.add(client);
      open.add(upstream);
      Turn turn = new Turn();
      start(() -> copy(client, upstream, turn::ofClient));
      start(() -> copy(upstream, client, turn::ofServer));
    }
  }

  private static void copy(Socket from, Socket to, UnaryOperator<byte[]> passed)
      throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        out.write(passed.apply(Arrays.copyOf(buffer, length)));
      }
    }
  }

  /** Runs something that ends with its socket. */
  private void start(Copying body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (SocketException closed) {
                Thread.currentThread().interrupt();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            "round trips");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    releaseAnswers();
    for (Closeable each : open) {
      each.close();
    }
  }

  private interface Copying {
    void run() throws IOException;
  }

  /** Whose turn it is on one connection. */
  private final class Turn {

    private boolean isServers;

    private synchronized byte[] ofClient(byte[] bytes) {
      if (!isServers) {
        isServers = true;
        trips.incrementAndGet();
      }
      return replacement.apply(bytes);
    }

    private byte[] ofServer(byte[] bytes) {
      Uninterruptibles.awaitUninterruptibly(held);
      synchronized (this) {
        isServers = false;
      }
      return bytes;
    }
  }
}
