package io.cofferdam.internal.process;

import io.cofferdam.internal.boot.ClassPathFingerprint;
import io.cofferdam.internal.config.ExecutorConfig;
import io.cofferdam.internal.log.Log;
import io.cofferdam.internal.recorder.RecorderFile;
import io.cofferdam.internal.wire.JvmDefaults;
import io.cofferdam.internal.wire.JvmSettings;
import io.cofferdam.internal.wire.Welcome;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Starts worker processes: a socket, a flight recorder, a process, a one-time token and a welcome
 * for each. Thread-safe.
 */
public final class Launcher {

  /** Starts processes. */
  @FunctionalInterface
  public interface Starter {
    /** Starts a process; returns when it is started. */
    Process start(ProcessBuilder builder) throws IOException;
  }

  private static final Log log = Log.of(Launcher.class);
  private static final int TOKEN_BYTES = 32;

  private final ExecutorConfig config;
  private final PrivateDirectory directory;
  private final Starter starter;
  private final WorkerCommand command;
  private final ClassArchive archive;
  private final JvmDefaults defaults;
  private final WorkingDirectory workingDirectory = new WorkingDirectory(Path.of("/proc/self/cwd"));
  private final List<String> fingerprints;
  private final SecureRandom random;
  private final AtomicLong generations = new AtomicLong();

  public Launcher(
      ExecutorConfig config,
      PrivateDirectory directory,
      Starter starter,
      List<Path> classPath,
      JvmDefaults defaults,
      SecureRandom random) {
    this.config = config;
    this.directory = directory;
    this.starter = starter;
    this.random = random;
    command = new WorkerCommand(config, classPath);
    this.defaults = defaults;
    fingerprints =
        ClassPathFingerprint.of(LoadedFiles.of(classPath, config.workerJvm().arguments()));
    ArchiveCache cache =
        command.mayShareClasses()
            ? ArchiveCache.open(config.workerJvm().archives(), command.archiveKey(fingerprints))
            : null;
    archive = new ClassArchive(config.name(), command, directory, starter, cache);
  }

  /**
   * Starts a process for a slot. It has neither said nor been told anything yet. A launch that
   * fails, by whatever throwable, leaves nothing behind.
   */
  public Launch launch(int slot, LinkSelector selector) throws IOException {
    long generation = generations.incrementAndGet();
    String name = config.name() + "-worker-" + slot + "." + generation;
    Path home = directory.path();
    Path socket = home.resolve("w" + generation);
    Deque<Closeable> made = new ArrayDeque<>();
    try {
      ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      made.push(server);
      server.bind(UnixDomainSocketAddress.of(socket), Peers.PLACES);
      made.push(() -> Files.deleteIfExists(socket));
      RecorderFile recorder = createRecorder(home, home.getFileName() + "-" + generation);
      made.push(recorder);
      made.push(recorder::unlink);
      made.push(() -> Files.deleteIfExists(WorkerCommand.argumentFile(socket)));
      List<String> sharing = archive.arguments(home);
      ProcessBuilder builder = command.build(home, socket, sharing);
      workingDirectory.set(builder, home);
      Process process = starter.start(builder);
      made.push(process::destroyForcibly);
      Path fatalErrorLog = command.fatalErrorLog(home, process.pid());
      WorkerProcess worker =
          new WorkerProcess(name, generation, process, recorder, fatalErrorLog, selector);
      worker.output().hide(config.database().secrets());
      byte[] welcome = welcome(worker).encode();
      Launch.Secret secret = new Launch.Secret(newToken(), welcome);
      return new Launch(worker, selector, server, socket, secret, ClassArchive.isUsed(sharing));
    } catch (Throwable failure) {
      undo(made, failure);
      throw failure;
    }
  }

  /** Returns the class archive of the workers. */
  public ClassArchive archive() {
    return archive;
  }

  /** Keeps the fatal error logs of workers from filling the disk. */
  public void limitFatalErrorLogs() {
    try {
      directory.limitFatalErrorLogs();
    } catch (IOException | RuntimeException e) {
      log.warn("{}: the oldest fatal error logs could not be removed", config.name(), e);
    }
  }

  /** Removes what a failed launch has made, the last thing first. */
  private static void undo(Deque<Closeable> made, Throwable failure) {
    for (Closeable thing : made) {
      try {
        thing.close();
      } catch (IOException | RuntimeException e) {
        failure.addSuppressed(e);
      }
    }
  }

  private static RecorderFile createRecorder(Path home, String name) throws IOException {
    Path shared = RecorderFile.directory(home);
    try {
      return RecorderFile.create(shared, name);
    } catch (IOException e) {
      if (shared.equals(home)) {
        throw e;
      }
      log.warn("no flight recorder can be made in {}, so it is made in {}", shared, home, e);
      return RecorderFile.create(home, name);
    }
  }

  private String newToken() {
    byte[] token = new byte[TOKEN_BYTES];
    random.nextBytes(token);
    return HexFormat.of().formatHex(token);
  }

  private Welcome welcome(WorkerProcess worker) {
    return new Welcome(
        worker.name(),
        worker.recorder().path().toString(),
        config.database(),
        config.tracking(),
        config.rules(),
        new JvmSettings(defaults, connectionSettings(), fingerprints));
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
}
