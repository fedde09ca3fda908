package io.cofferdam.benchmarks.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What comes out of the slow network, and never how late it is at most. */
@Timeout(60)
class DelayingProxyTest {

  private static final long DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int MUCH = 3_000_000;

  private ServerSocket target;
  private DelayingProxy proxy;

  @BeforeEach
  void open() throws IOException {
    target = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    proxy =
        new DelayingProxy(new InetSocketAddress(target.getInetAddress(), target.getLocalPort()));
    proxy.delayNanos(DELAY_NANOS);
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
    target.close();
  }

  @Test
  void keepsContentAndOrderInBothDirectionsAtOnce() throws Exception {
    byte[] there = random(1);
    byte[] back = random(2);

    try (Socket near = connect();
        Socket far = target.accept()) {
      CompletableFuture<Void> written = write(near, there);
      CompletableFuture<Void> writtenBack = write(far, back);
      CompletableFuture<byte[]> arrived = read(far, there.length);

      assertThat(near.getInputStream().readNBytes(back.length)).isEqualTo(back);
      assertThat(arrived.get()).isEqualTo(there);
      written.get();
      writtenBack.get();
    }
  }

  @Test
  void bringsNothingEarly() throws Exception {
    try (Socket near = connect();
        Socket far = target.accept()) {
      for (int i = 0; i < 20; i++) {
        long start = System.nanoTime();
        near.getOutputStream().write(i);
        assertThat(far.getInputStream().read()).isEqualTo(i);
        long there = System.nanoTime();
        far.getOutputStream().write(i);
        assertThat(near.getInputStream().read()).isEqualTo(i);
        long back = System.nanoTime();

        assertThat(there - start).isGreaterThanOrEqualTo(DELAY_NANOS / 2);
        assertThat(back - there).isGreaterThanOrEqualTo(DELAY_NANOS / 2);
      }
    }
  }

  @Test
  void bringsNoneOfManyChunksEarly() throws Exception {
    int chunks = 200;
    long[] sent = new long[chunks];

    try (Socket near = connect();
        Socket far = target.accept()) {
      near.setTcpNoDelay(true);
      CompletableFuture<Void> writing =
          background(
              near,
              socket -> {
                for (int i = 0; i < chunks; i++) {
                  sent[i] = System.nanoTime();
                  socket.getOutputStream().write(1);
                }
              });
      List<Long> arrived = new ArrayList<>();
      for (int i = 0; i < chunks; i++) {
        assertThat(far.getInputStream().read()).isEqualTo(1);
        arrived.add(System.nanoTime());
      }
      writing.get();

      for (int i = 0; i < chunks; i++) {
        assertThat(arrived.get(i) - sent[i]).isGreaterThanOrEqualTo(DELAY_NANOS / 2);
      }
    }
  }

  @Test
  void endsOneDirectionAndKeepsTheOther() throws Exception {
    try (Socket near = connect();
        Socket far = target.accept()) {
      near.getOutputStream().write(7);
      long start = System.nanoTime();
      near.shutdownOutput();

      assertThat(far.getInputStream().readAllBytes()).containsExactly(7);
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(DELAY_NANOS / 2);

      far.getOutputStream().write(8);
      end(far);
      assertThat(near.getInputStream().readAllBytes()).containsExactly(8);
    }
  }

  @Test
  void tellsTheTargetOfAnAbruptEndAfterWhatCameBefore() throws Exception {
    try (Socket near = connect();
        Socket far = target.accept()) {
      near.getOutputStream().write(7);
      assertThat(far.getInputStream().read()).isEqualTo(7);
      DelayLine.abort(near);

      assertThatThrownBy(() -> far.getInputStream().read()).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void tellsTheClientOfAnAbruptEnd() throws Exception {
    try (Socket near = connect();
        Socket far = target.accept()) {
      DelayLine.abort(far);

      assertThatThrownBy(() -> near.getInputStream().read()).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void tellsTheClientThatTheTargetIsGoneWhenItWrites() throws Exception {
    try (Socket near = connect();
        Socket far = target.accept()) {
      far.getOutputStream().write(9);
      end(far);

      assertThat(near.getInputStream().readAllBytes()).containsExactly(9);
      assertThatThrownBy(
              () -> {
                while (true) {
                  near.getOutputStream().write(1);
                }
              })
          .isInstanceOf(SocketException.class);
    }
  }

  @Test
  void endsConnectionsThatTheTargetRefuses() throws Exception {
    target.close();

    try (Socket near = connect()) {
      assertThatThrownBy(() -> near.getInputStream().read()).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void forwardsAHundredConnections() throws Exception {
    int connections = 100;
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < connections; i++) {
        Socket near = connect();
        sockets.add(near);
        Socket far = target.accept();
        sockets.add(far);
        CompletableFuture<Void> unused =
            background(far, socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
      }
      for (int i = 0; i < connections; i++) {
        sockets.get(2 * i).getOutputStream().write(i);
      }
      for (int i = 0; i < connections; i++) {
        assertThat(sockets.get(2 * i).getInputStream().read()).isEqualTo(i);
      }
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void endsConnectionsWhenItIsClosed() throws Exception {
    try (Socket near = connect();
        Socket far = target.accept()) {
      near.getOutputStream().write(7);
      assertThat(far.getInputStream().read()).isEqualTo(7);

      proxy.close();

      assertThatThrownBy(() -> near.getInputStream().read()).isInstanceOf(SocketException.class);
      assertThatThrownBy(() -> far.getInputStream().read()).isInstanceOf(SocketException.class);
    }
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), proxy.port());
  }

  private static byte[] random(int seed) {
    byte[] bytes = new byte[MUCH];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static CompletableFuture<Void> write(Socket socket, byte[] bytes) {
    return background(socket, each -> each.getOutputStream().write(bytes));
  }

  private static CompletableFuture<byte[]> read(Socket socket, int length) {
    CompletableFuture<byte[]> read = new CompletableFuture<>();
    CompletableFuture<Void> unused =
        background(socket, each -> read.complete(each.getInputStream().readNBytes(length)));
    return read;
  }

  private static void end(Socket socket) throws IOException {
    socket.close();
  }

  /** Does something in a thread of its own. */
  private static CompletableFuture<Void> background(Socket socket, Use use) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            use.of(socket);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        task -> new Thread(task).start());
  }

  /** What is done with a socket. */
  @FunctionalInterface
  private interface Use {
    void of(Socket socket) throws IOException;
  }
}
