package io.cofferdam.internal.process;

import io.cofferdam.internal.text.WorkerText;
import io.cofferdam.internal.wire.Frame;
import io.cofferdam.internal.wire.FrameChannel;
import io.cofferdam.internal.wire.FrameType;
import io.cofferdam.internal.wire.Hello;
import io.cofferdam.internal.wire.PayloadReader;
import io.cofferdam.internal.wire.ProtocolException;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A process from its start until it is ready for its first task. Only a peer that runs as the same
 * user and knows the one-time token, which was given to the new process on its standard input, is
 * welcomed and told the credentials.
 *
 * <p>Used by its link thread alone.
 */
public final class Launch {

  /**
   * What only the new process may be told.
   *
   * @param token what it proves by that it is the one which was started
   * @param welcome what it is told then
   */
  record Secret(String token, byte[] welcome) {}

  private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final WorkerProcess worker;
  private final LinkSelector selector;
  private final ServerSocketChannel server;
  private final Path socket;
  private final Secret secret;
  private final boolean usesArchive;

  private long untilNanos;
  private long slowFromNanos;
  private @Nullable Runnable onSlow;

  Launch(
      WorkerProcess worker,
      LinkSelector selector,
      ServerSocketChannel server,
      Path socket,
      Secret secret,
      boolean usesArchive) {
    this.worker = worker;
    this.selector = selector;
    this.server = server;
    this.socket = socket;
    this.secret = secret;
    this.usesArchive = usesArchive;
  }

  /** Returns whether the process takes its classes from an archive, which may be why it fails. */
  public boolean usesArchive() {
    return usesArchive;
  }

  public WorkerProcess worker() {
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
  public void awaitReady(
      long timeoutNanos, Runnable onSlow, BooleanSupplier unwanted, Consumer<byte[]> connectFailed)
      throws IOException {
    untilNanos = System.nanoTime() + timeoutNanos;
    slowFromNanos = System.nanoTime() + SLOW_NANOS;
    this.onSlow = onSlow;
    try {
      worker.sayToken(secret.token());
      welcome(unwanted);
    } finally {
      server.close();
      Files.deleteIfExists(socket);
      Files.deleteIfExists(WorkerCommand.argumentFile(socket));
    }
    boolean attached = false;
    while (true) {
      boolean alive = worker.isAlive();
      Frame frame = worker.receive();
      if (frame == null) {
        await(alive, unwanted, "connect to the database", untilNanos);
        continue;
      }
      refuseUnwanted(unwanted);
      worker.recorder().unlink();
      switch (frame.type()) {
        case ATTACHED -> {
          if (attached) {
            throw new ProtocolException(frame + " came once too often");
          }
          if (!worker.recorder().isAttached(worker.generation())) {
            throw new ProtocolException("the worker has mapped another file than its recorder");
          }
          attached = true;
        }
        case READY -> {
          if (!attached) {
            throw new ProtocolException("READY came before the recorder was mapped");
          }
          return;
        }
        case CONNECT_FAILED -> {
          untilNanos = System.nanoTime() + timeoutNanos;
          connectFailed.accept(frame.payload());
        }
        case REFUSED ->
            throw WorkerGoneException.mustEnd(
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
    try (Peers peers = new Peers(worker.name(), server, selector, secret.token())) {
      boolean alive = worker.isAlive();
      while (!peers.identify(System.nanoTime())) {
        await(alive, unwanted, "connect to the supervisor and say its token", peers.nextNanos());
        alive = worker.isAlive();
      }
      worker.connected(
          new FrameChannel(peers.take(Hello.Way.CHANNEL)), peers.take(Hello.Way.CONTROL));
    }
    worker.send(
        new Frame(FrameType.WELCOME, worker.generation(), 0, Frame.NO_TASK, secret.welcome()),
        () -> await(worker.isAlive(), unwanted, "read its welcome", untilNanos));
  }

  private static void refuseUnwanted(BooleanSupplier unwanted) throws WorkerGoneException {
    if (unwanted.getAsBoolean()) {
      throw WorkerGoneException.mustEnd("it is not needed any more");
    }
  }

  /** Waits, unless the worker was dead before the last look at what it had sent. */
  private void await(boolean alive, BooleanSupplier unwanted, String what, long nextNanos)
      throws IOException {
    if (!alive) {
      throw WorkerGoneException.foundDead("its process ended before it could " + what);
    }
    if (System.nanoTime() - untilNanos >= 0) {
      throw WorkerGoneException.mustEnd("it did not " + what + " within startupTimeout");
    }
    refuseUnwanted(unwanted);
    Runnable slow = onSlow;
    if (slow != null && System.nanoTime() - slowFromNanos >= 0) {
      onSlow = null;
      slow.run();
    }
    long until = nextNanos - untilNanos < 0 ? nextNanos : untilNanos;
    selector.await(onSlow != null && slowFromNanos - until < 0 ? slowFromNanos : until);
  }
}
