package io.cofferdam.internal.supervise;

import io.cofferdam.internal.ExecutorConfig;
import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.recorder.RecorderFile;
import io.cofferdam.internal.wire.Frame;
import io.cofferdam.internal.wire.FrameChannel;
import io.cofferdam.internal.wire.FrameType;
import io.cofferdam.internal.wire.Hello;
import io.cofferdam.internal.wire.ProtocolException;
import io.cofferdam.internal.wire.Welcome;
import io.cofferdam.internal.worker.ClassPathFingerprint;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts worker processes and shakes hands with them. Only a peer that runs as the same user and
 * knows the one-time token, which was given to the new process on its standard input, is welcomed
 * and told the credentials.
 *
 * <p>Thread-safe; {@link #launch} runs in the thread of the link that wants the worker.
 */
final class Launcher {

  private static final Logger log = LoggerFactory.getLogger(Launcher.class);
  private static final int TOKEN_BYTES = 32;

  private final ExecutorConfig config;
  private final PrivateDirectory directory;
  private final Spawner spawner;
  private final WorkerCommand command;
  private final List<String> fingerprints;
  private final Dialect dialect;
  private final SecureRandom random;
  private final AtomicLong generations = new AtomicLong();

  Launcher(
      ExecutorConfig config,
      PrivateDirectory directory,
      Spawner spawner,
      List<Path> classPath,
      SecureRandom random) {
    this.config = config;
    this.directory = directory;
    this.spawner = spawner;
    this.random = random;
    command = new WorkerCommand(config, classPath);
    fingerprints = ClassPathFingerprint.of(classPath);
    dialect = Dialect.forUrl(config.jdbcUrl());
  }

  /** Starts a process for a slot. It has neither said nor been told anything yet. */
  Launch launch(int slot, LinkSelector selector) throws IOException {
    long generation = generations.incrementAndGet();
    String name = config.name() + "-worker-" + slot + "." + generation;
    Path home = directory.path();
    Path socket = home.resolve("w" + generation);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(socket), 4);
      RecorderFile recorder =
          RecorderFile.create(
              RecorderFile.directory(home).resolve(home.getFileName() + "-" + generation));
      try {
        Process process = spawner.spawn(command.build(home, socket));
        WorkerProcess worker =
            new WorkerProcess(name, generation, process, recorder, home, selector);
        return new Launch(worker, server, socket, newToken());
      } catch (IOException e) {
        recorder.unlink();
        recorder.close();
        throw e;
      }
    } catch (IOException e) {
      closeServer(server, socket);
      throw e;
    }
  }

  private String newToken() {
    byte[] token = new byte[TOKEN_BYTES];
    random.nextBytes(token);
    return HexFormat.of().formatHex(token);
  }

  private static void closeServer(ServerSocketChannel server, Path socket) throws IOException {
    server.close();
    Files.deleteIfExists(socket);
  }

  private Welcome welcome(WorkerProcess worker) {
    return new Welcome(
        worker.name(),
        config.jdbcUrl(),
        config.username(),
        config.password(),
        dialect.connectionProperties(config.connectionProperties(), worker.name()),
        worker.recorder().path().toString(),
        TimeZone.getDefault().getID(),
        Locale.getDefault().toLanguageTag(),
        connectionSettings(),
        config.allowedResultTypes(),
        fingerprints);
  }

  private static Map<String, String> connectionSettings() {
    Map<String, String> settings = new TreeMap<>();
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith("javax.net.ssl.")) {
        settings.put(name, System.getProperty(name));
      }
    }
    return settings;
  }

  /** A process that was started and has not shaken hands yet. Used by its link thread alone. */
  final class Launch {

    private final WorkerProcess worker;
    private final ServerSocketChannel server;
    private final Path socket;
    private final String token;

    private Launch(WorkerProcess worker, ServerSocketChannel server, Path socket, String token) {
      this.worker = worker;
      this.server = server;
      this.socket = socket;
      this.token = token;
    }

    WorkerProcess worker() {
      return worker;
    }

    /**
     * Waits for the process to connect, and welcomes it.
     *
     * @throws WorkerGoneException if it ended, did not connect in time, or is not wanted any more
     */
    void shakeHands(LinkSelector selector, long untilNanos, BooleanSupplier unwanted)
        throws IOException {
      try {
        worker.sayToken(token);
        while (true) {
          selector.watch(server, SelectionKey.OP_ACCEPT);
          SocketChannel peer = server.accept();
          while (peer == null) {
            check(untilNanos, unwanted);
            selector.await(untilNanos);
            peer = server.accept();
          }
          if (isOurs(peer, selector, untilNanos, unwanted)) {
            return;
          }
          peer.close();
        }
      } finally {
        closeServer(server, socket);
      }
    }

    private boolean isOurs(
        SocketChannel peer, LinkSelector selector, long untilNanos, BooleanSupplier unwanted)
        throws IOException {
      if (!peer.getOption(ExtendedSocketOptions.SO_PEERCRED).user().equals(directory.owner())) {
        log.warn("{}: refused a connection of another user of this machine", worker.name());
        return false;
      }
      selector.watch(peer, SelectionKey.OP_READ);
      FrameChannel channel = new FrameChannel(peer);
      try {
        Frame frame = channel.poll();
        while (frame == null) {
          check(untilNanos, unwanted);
          selector.await(untilNanos);
          if (channel.fill() < 0) {
            throw new ProtocolException("the peer left");
          }
          frame = channel.poll();
        }
        if (frame.type() != FrameType.HELLO || !knowsToken(Hello.decode(frame.payload()))) {
          throw new ProtocolException("the peer did not present the worker's token");
        }
      } catch (ProtocolException e) {
        log.warn("{}: refused a connection: {}", worker.name(), e.getMessage());
        return false;
      }
      worker.connected(channel);
      worker.send(
          new Frame(
              FrameType.WELCOME, worker.generation(), 0, Frame.NO_TASK, welcome(worker).encode()),
          untilNanos);
      return true;
    }

    private boolean knowsToken(Hello hello) {
      return MessageDigest.isEqual(
          hello.token().getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    }

    private void check(long untilNanos, BooleanSupplier unwanted) throws WorkerGoneException {
      if (!worker.isAlive()) {
        throw WorkerGoneException.foundDead("it ended before it connected to the supervisor");
      }
      if (System.nanoTime() - untilNanos >= 0) {
        throw WorkerGoneException.useless("it did not connect to the supervisor in time");
      }
      if (unwanted.getAsBoolean()) {
        throw WorkerGoneException.useless("the executor is closing");
      }
    }
  }
}
