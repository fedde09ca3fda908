package io.cofferdam.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.internal.wire.Greeting;
import io.cofferdam.internal.wire.Hello;
import io.cofferdam.testing.CapturedLog;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class PeersTest {

  private static final String TOKEN = "0123456789abcdef".repeat(4);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  @RegisterExtension final CapturedLog log = CapturedLog.of(Peers.class);

  private final List<SocketChannel> clients = new ArrayList<>();
  private UnixDomainSocketAddress address;
  private LinkSelector selector;
  private Peers peers;
  private long now = 1_000_000;

  @BeforeEach
  void listen(@TempDir Path directory) throws IOException {
    address = UnixDomainSocketAddress.of(directory.resolve("w1"));
    selector = new LinkSelector();
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(address, Peers.PLACES);
    peers = new Peers("bank-worker-3.7", server, selector, TOKEN);
  }

  @AfterEach
  void close() throws IOException {
    peers.close();
    selector.close();
    for (SocketChannel client : clients) {
      client.close();
    }
  }

  private SocketChannel connect() throws IOException {
    SocketChannel client = SocketChannel.open(address);
    clients.add(client);
    return client;
  }

  private void say(String token, Hello.Way way) throws IOException {
    Greeting.write(new Hello(token, way), connect());
  }

  private boolean identify() throws IOException {
    return peers.identify(now);
  }

  /** Tells whether this side has closed a connection. */
  private static boolean isClosed(SocketChannel client) throws IOException {
    client.configureBlocking(false);
    return client.read(ByteBuffer.allocate(1)) < 0;
  }

  @Test
  void knowTheWorkerByItsTokenOnBothConnections() throws IOException {
    say(TOKEN, Hello.Way.CONTROL);
    assertThat(identify()).isFalse();
    say(TOKEN, Hello.Way.CHANNEL);

    assertThat(identify()).isTrue();
    assertThat(peers.take(Hello.Way.CHANNEL).isOpen()).isTrue();
    assertThat(peers.take(Hello.Way.CONTROL).isOpen()).isTrue();
  }

  @Test
  void doNotWaitForThoseWhoSayNothing() throws IOException {
    for (int i = 0; i < Peers.PLACES - 1; i++) {
      connect();
      assertThat(identify()).isFalse();
    }
    say(TOKEN, Hello.Way.CONTROL);
    assertThat(identify()).isFalse();
    say(TOKEN, Hello.Way.CHANNEL);

    assertThat(identify()).isTrue();
  }

  @Test
  void makeRoomAfterASecondOnceAllPlacesAreTaken() throws IOException {
    List<SocketChannel> silent = new ArrayList<>();
    for (int i = 0; i < Peers.PLACES; i++) {
      silent.add(connect());
      identify();
    }
    say(TOKEN, Hello.Way.CONTROL);
    say(TOKEN, Hello.Way.CHANNEL);
    assertThat(identify()).isFalse();
    assertThat(peers.nextNanos()).isEqualTo(now + SECOND);

    now += SECOND;
    assertThat(identify()).isFalse();

    assertThat(identify()).isTrue();
    assertThat(isClosed(silent.get(0))).isTrue();
    assertThat(isClosed(silent.get(Peers.PLACES - 1))).isFalse();
  }

  @Test
  @Timeout(60)
  void hearTheWorkerWhenAllWhoWereBeforeItHaveGone() throws IOException {
    for (int i = 0; i < Peers.PLACES; i++) {
      connect();
    }
    identify();
    for (SocketChannel client : clients) {
      client.close();
    }
    say(TOKEN, Hello.Way.CONTROL);
    say(TOKEN, Hello.Way.CHANNEL);
    assertThat(identify()).isFalse();

    selector.await(LinkSelector.FOREVER);

    assertThat(identify()).isTrue();
  }

  /** Of hundreds who say nothing, and wait in front of the worker, each may take its time. */
  @Test
  void haveLessPatienceWithEachRoundOfThoseWhoSayNothing() throws IOException {
    for (int round = 0; round < 6; round++) {
      long patience = Math.max(SECOND / 20, SECOND >> round);
      for (int i = 0; i < Peers.PLACES; i++) {
        connect();
        identify();
        if (round == 0 && i < Peers.PLACES - 1) {
          assertThat(peers.nextNanos()).isEqualTo(LinkSelector.FOREVER);
        }
      }
      assertThat(peers.nextNanos()).isEqualTo(now + patience);
      now += patience;
      for (int i = 0; i < Peers.PLACES; i++) {
        identify();
      }
    }
  }

  /** A worker on a busy machine may need its time from connecting to its first word. */
  @Test
  void letNobodyLeaveAsLongAsThereIsRoom() throws IOException {
    SocketChannel slow = connect();
    identify();
    now += 60 * SECOND;
    assertThat(identify()).isFalse();
    assertThat(peers.nextNanos()).isEqualTo(LinkSelector.FOREVER);

    Greeting.write(new Hello(TOKEN, Hello.Way.CONTROL), slow);
    say(TOKEN, Hello.Way.CHANNEL);

    assertThat(identify()).isTrue();
  }

  @Test
  void refuseWhoeverDoesNotKnowTheToken() throws IOException {
    say("f".repeat(64), Hello.Way.CONTROL);
    say(TOKEN, Hello.Way.CHANNEL);

    assertThat(identify()).isFalse();
    assertThat(isClosed(clients.get(0))).isTrue();
    assertThat(log.messages())
        .containsExactly(
            "bank-worker-3.7: refused a connection: it did not present the worker's token");
  }

  @Test
  void refuseASecondOneWithTheToken() throws IOException {
    say(TOKEN, Hello.Way.CONTROL);
    say(TOKEN, Hello.Way.CONTROL);

    assertThat(identify()).isFalse();
    assertThat(isClosed(clients.get(0))).isFalse();
    assertThat(isClosed(clients.get(1))).isTrue();
  }

  @Test
  void refuseNoiseAndLogItOnce() throws IOException {
    for (int i = 0; i < 1_000; i++) {
      SocketChannel noisy = connect();
      noisy.write(
          ByteBuffer.wrap(
              "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
                  .repeat(5)
                  .getBytes(StandardCharsets.US_ASCII)));
      identify();
      assertThat(isClosed(noisy)).isTrue();
    }
    say(TOKEN, Hello.Way.CONTROL);
    say(TOKEN, Hello.Way.CHANNEL);
    assertThat(identify()).isTrue();

    peers.close();

    assertThat(log.messages())
        .containsExactly(
            "bank-worker-3.7: refused a connection: what it said is no HELLO",
            "bank-worker-3.7: refused 1000 connections");
  }
}
