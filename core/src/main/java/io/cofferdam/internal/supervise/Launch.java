package io.cofferdam.internal.supervise;

import io.cofferdam.internal.text.WorkerText;
import io.cofferdam.internal.wire.Frame;
import io.cofferdam.internal.wire.FrameChannel;
import io.cofferdam.internal.wire.FrameType;
import io.cofferdam.internal.wire.Hello;
import io.cofferdam.internal.wire.PayloadReader;
import io.cofferdam.internal.wire.ProtocolException;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.security.MessageDigest;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process from its start until it is ready for its first task. Only a peer that runs as the same
 * user and knows the one-time token, which was given to the new process on its standard input, is
 * welcomed and told the credentials.
 *
 * <p>Used by its link thread alone.
 */
final class Launch {

  private static final Logger log = LoggerFactory.getLogger(Launch.class);

  private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final WorkerProcess worker;
  private final LinkSelector selector;
  private final ServerSocketChannel server;
  private final Path socket;
  private final String token;
  private final byte[] welcome;
  private final UserPrincipal owner;

  private long untilNanos;
  private long slowFromNanos;
  private @Nullable Runnable onSlow;

  Launch(
      WorkerProcess worker,
      LinkSelector selector,
      ServerSocketChannel server,
      Path socket,
      String token,
      byte[] welcome,
      UserPrincipal owner) {
    this.worker = worker;
    this.selector = selector;
    this.server = server;
    this.socket = socket;
    this.token = token;
    this.welcome = welcome;
    this.owner = owner;
  }

  WorkerProcess worker() {
    return worker;
  }

  /**
   * Welcomes the process, and waits until it is connected to the database, however often it has to
   * try; each try has as much time as the first steps together.
   *
   * @param onSlow is called once, if that takes longer than it should on a loaded machine
   * @param unwanted tells whether the worker is not needed any more
   * @param connectFailed is given the description of the failure of each try
   * @throws IOException if the worker is of no use
   */
  void awaitReady(
      long timeoutNanos, Runnable onSlow, BooleanSupplier unwanted, Consumer<byte[]> connectFailed)
      throws IOException {
    untilNanos = System.nanoTime() + timeoutNanos;
    slowFromNanos = System.nanoTime() + SLOW_NANOS;
    this.onSlow = onSlow;
    try {
      worker.sayToken(token);
      welcome(unwanted);
    } finally {
      server.close();
      Files.deleteIfExists(socket);
    }
    while (true) {
      boolean alive = worker.isAlive();
      Frame frame = worker.receive();
      if (frame == null) {
        await(alive, unwanted, "connect to the database");
        continue;
      }
      worker.recorder().unlink();
      switch (frame.type()) {
        case ATTACHED -> {}
        case READY -> {
          return;
        }
        case CONNECT_FAILED -> {
          untilNanos = System.nanoTime() + timeoutNanos;
          connectFailed.accept(frame.payload());
        }
        case REFUSED ->
            throw WorkerGoneException.useless(
                WorkerText.line(new PayloadReader(frame.payload()).getText(WorkerText.MOST_BYTES)));
        case HELLO,
            WELCOME,
            TASK,
            SETTLE,
            REPLY,
            OUTCOME,
            PURGE,
            COMMITTED,
            STORED,
            TASK_FAILED,
            NOT_COMMITTED,
            IN_DOUBT,
            CANCEL_DONE ->
            throw new ProtocolException(frame + " came while the worker was starting");
      }
    }
  }

  private void welcome(BooleanSupplier unwanted) throws IOException {
    FrameChannel channel = null;
    while (channel == null) {
      selector.watch(server, SelectionKey.OP_ACCEPT);
      SocketChannel peer = server.accept();
      while (peer == null) {
        await(worker.isAlive(), unwanted, "connect to the supervisor");
        peer = server.accept();
      }
      channel = authenticate(peer, unwanted);
    }
    worker.connected(channel);
    worker.send(
        new Frame(FrameType.WELCOME, worker.generation(), 0, Frame.NO_TASK, welcome), untilNanos);
  }

  /** Returns the channel to a peer that is the new process; closes that to any other. */
  private @Nullable FrameChannel authenticate(SocketChannel peer, BooleanSupplier unwanted)
      throws IOException {
    try {
      return identify(peer, unwanted);
    } catch (ProtocolException e) {
      log.warn("{}: refused a connection: {}", worker.name(), e.getMessage());
      peer.close();
      return null;
    } catch (IOException e) {
      peer.close();
      throw e;
    }
  }

  private FrameChannel identify(SocketChannel peer, BooleanSupplier unwanted) throws IOException {
    if (!peer.getOption(ExtendedSocketOptions.SO_PEERCRED).user().equals(owner)) {
      throw new ProtocolException("it comes from another user of this machine");
    }
    selector.watch(peer, SelectionKey.OP_READ);
    FrameChannel channel = new FrameChannel(peer);
    Frame frame = channel.poll();
    while (frame == null) {
      await(worker.isAlive(), unwanted, "say its token");
      if (channel.fill() < 0) {
        throw new ProtocolException("the peer left");
      }
      frame = channel.poll();
    }
    if (frame.type() != FrameType.HELLO || !knowsToken(Hello.decode(frame.payload()))) {
      throw new ProtocolException("the peer did not present the worker's token");
    }
    return channel;
  }

  private boolean knowsToken(Hello hello) {
    return MessageDigest.isEqual(
        hello.token().getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
  }

  /** Waits, unless the worker was dead before the last look at what it had sent. */
  private void await(boolean alive, BooleanSupplier unwanted, String what) throws IOException {
    if (!alive) {
      throw WorkerGoneException.foundDead("its process ended before it could " + what);
    }
    if (System.nanoTime() - untilNanos >= 0) {
      throw WorkerGoneException.useless("it did not " + what + " within startupTimeout");
    }
    if (unwanted.getAsBoolean()) {
      throw WorkerGoneException.useless("the executor is closing");
    }
    Runnable slow = onSlow;
    if (slow != null && System.nanoTime() - slowFromNanos >= 0) {
      onSlow = null;
      slow.run();
    }
    boolean slowIsNext = onSlow != null && slowFromNanos - untilNanos < 0;
    selector.await(slowIsNext ? slowFromNanos : untilNanos);
  }
}
