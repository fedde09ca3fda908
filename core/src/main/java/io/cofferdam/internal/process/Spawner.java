package io.cofferdam.internal.process;

import com.google.common.base.Splitter;
import io.cofferdam.internal.log.Log;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Starts processes from one thread that lives as long as they do. On Linux it starts them through
 * {@code setpriv --pdeathsig KILL}, where that exists: the kernel then ends them, even stopped
 * ones, when the thread that started them ends, which is when the application does.
 *
 * <p>Thread-safe.
 */
public final class Spawner implements Closeable {

  private static final Log log = Log.of(Spawner.class);
  private static final List<String> DEATH_SIGNAL = List.of("--pdeathsig", "KILL");

  private final ExecutorService immortal;

  /** Found out by the thread that starts processes, while the rest of the executor is made. */
  private final Future<List<String>> prefix;

  public Spawner(String executorName) {
    immortal =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, executorName + "-spawner");
              thread.setDaemon(true);
              return thread;
            });
    prefix = immortal.submit(Spawner::findPrefix);
  }

  /** Starts a process; returns when it is started. */
  public Process spawn(ProcessBuilder builder) throws IOException {
    builder.command().addAll(0, get(prefix));
    return get(immortal.submit(builder::start));
  }

  /** Ends the thread, and with it whatever it started and still runs. */
  @Override
  public void close() {
    immortal.shutdown();
  }

  private static List<String> findPrefix() {
    String path = System.getenv().getOrDefault("PATH", "/usr/bin");
    for (String directory : Splitter.on(File.pathSeparatorChar).omitEmptyStrings().split(path)) {
      Path setpriv = in(directory);
      if (setpriv != null && Files.isExecutable(setpriv) && knowsDeathSignal(setpriv)) {
        return List.of(setpriv.toString(), DEATH_SIGNAL.get(0), DEATH_SIGNAL.get(1));
      }
    }
    log.info(
        "setpriv is missing, so a stopped worker would outlive a killed application; install"
            + " util-linux to change that");
    return List.of();
  }

  /** Returns null for a name that this JVM cannot read, as one with an umlaut under LANG=C. */
  private static @Nullable Path in(String directory) {
    try {
      return Path.of(directory, "setpriv");
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private static boolean knowsDeathSignal(Path setpriv) {
    ProcessBuilder probe =
        new ProcessBuilder(setpriv.toString(), DEATH_SIGNAL.get(0), DEATH_SIGNAL.get(1), "true")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    try {
      Process process = probe.start();
      if (process.waitFor(5, TimeUnit.SECONDS)) {
        return process.exitValue() == 0;
      }
      process.destroyForcibly();
      return false;
    } catch (IOException e) {
      log.debug("{} cannot be used", setpriv, e);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static <T> T get(Future<T> started) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return started.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw new IOException(String.valueOf(e.getCause()), e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
