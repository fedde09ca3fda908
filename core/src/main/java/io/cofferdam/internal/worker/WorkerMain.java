package io.cofferdam.internal.worker;

import io.cofferdam.internal.boot.WorkerProgram;
import io.cofferdam.internal.wire.Frame;
import io.cofferdam.internal.wire.FrameChannel;
import io.cofferdam.internal.wire.FrameType;
import io.cofferdam.internal.wire.Greeting;
import io.cofferdam.internal.wire.Hello;
import io.cofferdam.internal.wire.OwnUser;
import io.cofferdam.internal.wire.Welcome;
import io.cofferdam.internal.worker.control.Outbox;
import io.cofferdam.internal.worker.failpoint.Failpoint;
import io.cofferdam.internal.worker.failpoint.Failpoints;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The main class of a worker process. Its one argument is the path of the supervisor's socket. */
final class WorkerMain {

  private static final String NOT_BY_HAND =
      "there is no supervisor; a worker is started by a Cofferdam executor, not by hand";

  private WorkerMain() {}

  /**
   * Connects to the supervisor, does what it is told, and ends with {@link Runtime#halt}. Where the
   * socket is gone the launch has failed, and the token will never be said.
   *
   * @throws IOException if the supervisor cannot be reached
   */
  public static void main(String[] args) throws IOException {
    WorkerProgram.runAs("starting");
    Thread arrangements = arrangeWithHost();
    if (!Files.exists(Path.of(args[0]))) {
      throw new IOException(NOT_BY_HAND);
    }
    String token =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII), 256)
            .readLine();
    System.setIn(InputStream.nullInputStream());
    if (token == null) {
      throw new IOException(NOT_BY_HAND);
    }
    Failpoints.pass(Failpoint.BEFORE_HANDSHAKE);
    Path supervisor = Path.of(args[0]);
    SocketChannel control = connect(supervisor, new Hello(token, Hello.Way.CONTROL));
    SocketChannel socket = connect(supervisor, new Hello(token, Hello.Way.CHANNEL));
    FrameChannel channel = new FrameChannel(socket, Failpoints.around(socket));
    Frame welcome = channel.take();
    if (welcome.type() != FrameType.WELCOME) {
      throw new IOException("expected to be welcomed, got " + welcome);
    }
    awaitEnd(arrangements);
    WorkerSetup.start(
        channel,
        new BufferedReader(Channels.newReader(control, StandardCharsets.US_ASCII), 256),
        Welcome.decode(welcome.payload()),
        new Outbox(channel, welcome.generation()));
  }

  /** Arranges what takes a while and nothing waits for, while this thread makes itself known. */
  private static Thread arrangeWithHost() {
    Thread thread =
        new Thread(
            () -> {
              Host.ignoreTerminationSignals();
              Host.offerToOutOfMemoryKiller();
            },
            "cofferdam-host");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void awaitEnd(Thread thread) throws IOException {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IOException("interrupted while starting", e);
    }
  }

  /**
   * Connects to the supervisor, and tells it who this is. The token is for the supervisor alone:
   * another user, who has put a socket of his own in the place of this user's, would give tasks to
   * run.
   */
  private static SocketChannel connect(Path supervisor, Hello hello) throws IOException {
    SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(supervisor));
    if (!OwnUser.isPeer(socket)) {
      socket.close();
      throw new IOException("another user listens at " + supervisor + "; nothing was said to him");
    }
    Greeting.write(hello, socket);
    return socket;
  }
}
