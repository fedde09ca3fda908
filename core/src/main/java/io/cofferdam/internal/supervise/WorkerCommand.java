package io.cofferdam.internal.supervise;

import io.cofferdam.internal.ExecutorConfig;
import io.cofferdam.internal.worker.ConsoleLoggerProvider;
import io.cofferdam.internal.worker.WorkerMain;
import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The command line and environment of a worker. Nothing secret is in either: any user of the
 * machine may read the one, and the environment is an allow-list.
 */
final class WorkerCommand {

  private static final List<String> INHERITED =
      List.of("PATH", "LANG", "TZ", "HOME", "TMPDIR", "LD_LIBRARY_PATH");
  private static final long LEAST_DIRECT_MEMORY = 32L << 20;

  private final ExecutorConfig config;
  private final List<Path> classPath;

  WorkerCommand(ExecutorConfig config, List<Path> classPath) {
    this.config = config;
    this.classPath = classPath;
  }

  /** Returns a builder for the process of one worker. */
  ProcessBuilder build(Path directory, Path socket) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(config.workerJavaHome().resolve("bin/java").toString());
    command.addAll(flags(directory));
    command.addAll(config.workerJvmArgs());
    command.add("@" + argumentFile(directory));
    command.add(WorkerMain.class.getName());
    command.add(socket.toString());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    restrict(builder.environment());
    return builder;
  }

  private List<String> flags(Path directory) {
    List<String> flags = new ArrayList<>();
    flags.add("-Xmx" + config.workerMaxHeap());
    flags.add(
        "-XX:MaxDirectMemorySize=" + Math.max(LEAST_DIRECT_MEMORY, config.workerMaxHeap() / 4));
    flags.add("-XX:-UsePerfData");
    flags.add("-XX:ErrorFile=" + directory.resolve("hs_err_pid%p.log"));
    flags.add("-XX:-CreateCoredumpOnCrash");
    flags.add("-XX:+ExitOnOutOfMemoryError");
    flags.add("-XX:+UnlockDiagnosticVMOptions");
    flags.add("-XX:ArchiveRelocationMode=0");
    if (config.workerJvmArgs().stream().noneMatch(arg -> arg.matches("-XX:\\+Use\\w+GC"))) {
      flags.add("-XX:+UseSerialGC");
    }
    flags.add("-XX:+UseCountedLoopSafepoints");
    flags.add("-XX:LoopStripMiningIter=1000");
    flags.add("-XX:TieredStopAtLevel=1");
    flags.add("-Dfile.encoding=" + Charset.defaultCharset().name());
    flags.add("-Dslf4j.internal.verbosity=WARN");
    flags.add("-Dslf4j.provider=" + ConsoleLoggerProvider.class.getName());
    flags.add(
        "-Dlog4j2.loggerContextFactory="
            + "org.apache.logging.log4j.simple.SimpleLoggerContextFactory");
    return flags;
  }

  /** Writes the class path to a file, quoted: spaces break an unquoted one. */
  private Path argumentFile(Path directory) throws IOException {
    Path file = directory.resolve("classpath");
    String joined =
        classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    String content = "-cp\n\"" + joined.replace("\\", "\\\\").replace("\"", "\\\"") + "\"\n";
    if (!Files.exists(file)) {
      Path written = Files.createTempFile(directory, "classpath", ".tmp");
      Files.writeString(written, content, launcherCharset());
      Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return file;
  }

  /** Returns the encoding in which the java launcher reads its arguments. */
  private static Charset launcherCharset() {
    String name = System.getProperty("sun.jnu.encoding");
    return name == null ? Charset.defaultCharset() : Charset.forName(name);
  }

  private void restrict(Map<String, String> environment) {
    environment
        .keySet()
        .removeIf(variable -> !INHERITED.contains(variable) && !variable.startsWith("LC_"));
    environment.putAll(config.workerEnvironment());
  }
}
