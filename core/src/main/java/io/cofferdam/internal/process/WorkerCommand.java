package io.cofferdam.internal.process;

import io.cofferdam.internal.boot.WorkerProgram;
import io.cofferdam.internal.config.ExecutorConfig;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * The command line and environment of a worker. Nothing secret is in either: any user of the
 * machine may read the one, and the environment is an allow-list.
 */
final class WorkerCommand {

  private static final List<String> INHERITED =
      List.of("PATH", "LANG", "TZ", "HOME", "TMPDIR", "LD_LIBRARY_PATH");

  /** What decides how locales and time zones behave, and is read when a JVM starts. */
  private static final List<String> HANDED_OVER =
      List.of(
          "java.locale.providers",
          "java.locale.useOldISOCodes",
          "java.time.zone.DefaultZoneRulesProvider",
          "sun.timezone.ids.oldmapping");

  /** SLF4J before 2.0.9 takes whatever provider it finds, as a rule Logback. */
  static final String LOGBACK = "cofferdam-worker-logback.xml";

  private static final String ERROR_FILE = "-XX:ErrorFile=";
  private static final long LEAST_DIRECT_MEMORY = 32L << 20;

  /** Linux takes arguments of 128 KiB, and as much of all of them even from a small stack. */
  private static final int LONGEST_ARGUMENT = 64 << 10;

  /** Arguments with which an archive is not made, or is not what the user wants. */
  private static final Pattern AGAINST_SHARING =
      Pattern.compile(
          "-Xshare|-XX:(Shared|ArchiveClasses|DumpLoaded|AOT|[+]AutoCreate|StartFlight|Flags)"
              + "|-javaagent|-agent|-Xrun|-Xdebug|-Xlog|-Xbootclasspath|-verbose|@"
              + "|--(patch-module|upgrade-module-path|module-path|limit-modules)");

  private static final ProcessBuilder.Redirect NOTHING =
      ProcessBuilder.Redirect.from(new File("/dev/null"));

  private final ExecutorConfig config;
  private final List<Path> classPath;
  private final JavaRelease java;

  WorkerCommand(ExecutorConfig config, List<Path> classPath) {
    this.config = config;
    this.classPath = classPath;
    java = JavaRelease.of(config.workerJvm().javaHome());
  }

  /**
   * Returns a builder for the process of one worker.
   *
   * @param archiveArguments what {@link ClassArchive} wants of it
   */
  ProcessBuilder build(Path directory, Path socket, List<String> archiveArguments)
      throws IOException {
    requireSlf4j2();
    List<String> command = java(directory, socket, archiveArguments);
    command.add(WorkerProgram.mainClass());
    command.add(socket.toString());
    return process(command).redirectErrorStream(true);
  }

  /**
   * Returns whether a JVM can take the workers' classes from an archive, and makes it as it is
   * asked to: from jars only, and unless an argument changes what is loaded, or when.
   */
  boolean mayShareClasses() {
    return classPath.stream().noneMatch(Files::isDirectory)
        && config.workerJvm().arguments().stream()
            .noneMatch(argument -> AGAINST_SHARING.matcher(argument).lookingAt());
  }

  /**
   * Returns the JVM argument with which an archive that does not fit is not used without a word.
   */
  String noWordOfSharing() {
    return java.version().feature() >= 25 ? "-Xlog:cds=off,aot=off" : "-Xlog:cds=off";
  }

  /**
   * Returns what must be the same for a class archive to fit: the Java, its flags, and the jars.
   *
   * @param fingerprints of the files that classes are loaded from
   */
  String archiveKey(List<String> fingerprints) {
    List<String> parts = new ArrayList<>();
    parts.add(config.workerJvm().javaHome().toString());
    parts.add(java.build());
    parts.addAll(flags(Path.of("/")));
    parts.addAll(config.workerJvm().arguments());
    classPath.forEach(entry -> parts.add(entry.toString()));
    parts.addAll(fingerprints);
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * Returns a builder for a process that makes a class archive and ends. It runs none of the
   * classes, and is silent.
   *
   * @param classes the file with the names of the classes
   * @param archive the file to make
   */
  ProcessBuilder buildArchive(Path directory, Path classes, Path archive) throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.add("-Xshare:dump");
    arguments.add("-XX:SharedClassListFile=" + classes);
    arguments.add("-XX:SharedArchiveFile=" + archive);
    if (java.linksArchivedClasses()) {
      arguments.add("-XX:+AOTClassLinking");
    }
    return process(java(directory, archive, arguments))
        .redirectInput(NOTHING)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD);
  }

  private List<String> java(Path directory, Path owner, List<String> more) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(config.workerJvm().javaHome().resolve("bin/java").toString());
    command.addAll(flags(directory));
    command.addAll(config.workerJvm().arguments());
    command.addAll(more);
    command.addAll(classPathArguments(owner));
    return command;
  }

  private ProcessBuilder process(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    restrict(builder.environment());
    return builder;
  }

  private List<String> flags(Path directory) {
    List<String> flags = new ArrayList<>();
    flags.add("-Xmx" + config.workerJvm().maxHeap());
    flags.add(
        "-XX:MaxDirectMemorySize="
            + Math.max(LEAST_DIRECT_MEMORY, config.workerJvm().maxHeap() / 4));
    flags.add("-XX:-UsePerfData");
    flags.add(ERROR_FILE + fatalErrorLogIn(directory));
    flags.add("-XX:-CreateCoredumpOnCrash");
    flags.add("-XX:+ExitOnOutOfMemoryError");
    flags.add("-XX:+UnlockDiagnosticVMOptions");
    flags.add("-XX:ArchiveRelocationMode=0");
    flags.addAll(ProfileFlags.of(config.workerJvm(), java));
    flags.add("-XX:+UseCountedLoopSafepoints");
    flags.add("-XX:LoopStripMiningIter=1000");
    flags.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    flags.add("-Dfile.encoding=" + Charset.defaultCharset().name());
    for (String property : HANDED_OVER) {
      String value = System.getProperty(property);
      if (value != null) {
        flags.add("-D" + property + "=" + value);
      }
    }
    flags.add("-Dslf4j.internal.verbosity=WARN");
    flags.add("-Dslf4j.provider=" + WorkerProgram.loggerProvider());
    flags.add("-Dlogback.configurationFile=" + LOGBACK);
    flags.add(
        "-Dlog4j2.loggerContextFactory="
            + "org.apache.logging.log4j.simple.SimpleLoggerContextFactory");
    return flags;
  }

  /** A percent sign begins something that the JVM replaces. */
  private static String fatalErrorLogIn(Path directory) {
    return directory.toString().replace("%", "%%") + "/hs_err_pid%p.log";
  }

  /**
   * Returns where a worker writes the fatal error log of its JVM, which {@code workerJvmArgs} may
   * say.
   */
  Path fatalErrorLog(Path directory, long pid) {
    String name = fatalErrorLogIn(directory);
    for (String argument : config.workerJvm().arguments()) {
      if (argument.startsWith(ERROR_FILE)) {
        name = argument.substring(ERROR_FILE.length());
      }
    }
    return Path.of(
        Arrays.stream(name.split("%%", -1))
            .map(part -> part.replace("%p", Long.toString(pid)))
            .collect(Collectors.joining("%")));
  }

  /**
   * Fails the launch where SLF4J 1.7 comes first on the class path, which has no such class.
   * Without this, nothing would be logged, and no reason given.
   */
  private static void requireSlf4j2() {
    boolean unused = SLF4JServiceProvider.class.isInterface();
  }

  /**
   * Returns where a process finds its class path if that is too long for the command line.
   *
   * @param owner a file that is the process's own
   */
  static Path argumentFile(Path owner) {
    return owner.resolveSibling(owner.getFileName() + ".args");
  }

  /**
   * Returns the class path as arguments: no other process can change those, but it could change a
   * file. One that is too long goes through a file nevertheless, which is new each time.
   */
  private List<String> classPathArguments(Path owner) throws IOException {
    String joined =
        classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    if (fitsCommandLine(joined)) {
      return List.of("-cp", joined);
    }
    Path file = argumentFile(owner);
    try (WritableByteChannel out =
        Files.newByteChannel(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer content =
          ByteBuffer.wrap(("-cp\n" + quoted(joined) + "\n").getBytes(launcherCharset()));
      while (content.hasRemaining()) {
        out.write(content);
      }
    }
    return List.of("@" + file);
  }

  /** Returns whether it is short enough, and written by the JDK as the launcher will read it. */
  private static boolean fitsCommandLine(String argument) {
    byte[] read = argument.getBytes(launcherCharset());
    return read.length <= LONGEST_ARGUMENT
        && Arrays.equals(read, argument.getBytes(Charset.defaultCharset()));
  }

  /** Quotes an argument in a file: spaces break an unquoted one. */
  private static String quoted(String argument) {
    return '"' + argument.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
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
    environment.putAll(config.workerJvm().environment());
  }
}
