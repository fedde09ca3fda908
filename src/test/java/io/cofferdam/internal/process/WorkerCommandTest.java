package io.cofferdam.internal.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.ConsoleAppender;
import io.cofferdam.internal.boot.WorkerProgram;
import io.cofferdam.internal.config.ExecutorConfig;
import io.cofferdam.internal.config.ExecutorConfigs;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerCommandTest {

  private static final Path SOCKET = Path.of("/run/w1");

  /** More than Linux takes as one argument. */
  private static final Path LONG = Path.of("/long").resolve("x".repeat(200_000) + ".jar");

  private Path directory;

  @BeforeEach
  void use(@TempDir Path directory) {
    this.directory = directory;
  }

  private ProcessBuilder build(ExecutorConfig config, Path... classPath) throws IOException {
    return build(SOCKET, config, classPath);
  }

  private ProcessBuilder build(Path socket, ExecutorConfig config, Path... classPath)
      throws IOException {
    return new WorkerCommand(config, List.of(classPath)).build(directory, socket, List.of());
  }

  private List<String> command(String... jvmArgs) throws IOException {
    return build(ExecutorConfigs.withJvmArgs(jvmArgs), Path.of("/app.jar")).command();
  }

  @Nested
  class TheClassArchive {

    @Test
    void isPossibleWithJarsAlone(@TempDir Path classes) {
      assertThat(mayShareClasses(List.of(Path.of("/app.jar"), Path.of("/lib/driver.jar"))))
          .isTrue();
      assertThat(mayShareClasses(List.of(Path.of("/app.jar"), classes))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xss512k", "-XX:+UseParallelGC", "-XX:MaxMetaspaceSize=64m", "-Dx=y"})
    void isPossibleWithPlainArguments(String argument) {
      assertThat(mayShareClasses(List.of(Path.of("/app.jar")), argument)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "-Xshare:off",
          "-XX:SharedArchiveFile=/own.jsa",
          "-XX:ArchiveClassesAtExit=/own.jsa",
          "-XX:AOTCache=/own.aot",
          "-XX:+AutoCreateSharedArchive",
          "-XX:StartFlightRecording=filename=/worker.jfr",
          "-javaagent:/agent.jar",
          "-agentlib:jdwp=transport=dt_socket",
          "-Xlog:gc:file=/gc.log",
          "-verbose:class",
          "--patch-module=java.base=/patch"
        })
    void isNotMadeWhereAnArgumentIsAgainstIt(String argument) {
      assertThat(mayShareClasses(List.of(Path.of("/app.jar")), argument)).isFalse();
    }

    private boolean mayShareClasses(List<Path> classPath, String... jvmArgs) {
      return new WorkerCommand(ExecutorConfigs.withJvmArgs(jvmArgs), classPath).mayShareClasses();
    }

    @Test
    void isMadeWithTheFlagsOfAWorkerThatDecideWhetherItFits() throws IOException {
      WorkerCommand command =
          new WorkerCommand(
              ExecutorConfigs.withJvmArgs("-XX:+UseParallelGC"), List.of(Path.of("/app.jar")));

      List<String> worker = command.build(directory, SOCKET, List.of()).command();
      List<String> archive =
          command.buildArchive(directory, Path.of("/classes"), Path.of("/archive")).command();

      List<String> common = worker.subList(0, worker.size() - 2);
      assertThat(archive)
          .containsAll(common)
          .contains("-Xshare:dump", "-XX:SharedArchiveFile=/archive")
          .filteredOn(argument -> !argument.equals("-XX:+AOTClassLinking"))
          .hasSize(common.size() + 3);
    }
  }

  @Nested
  class TheCommandLine {

    @Test
    void startsTheWorkerWithItsSocket() throws IOException {
      List<String> command = command();

      assertThat(command.get(0)).isEqualTo(System.getProperty("java.home") + "/bin/java");
      assertThat(command).endsWith("-cp", "/app.jar", WorkerProgram.mainClass(), "/run/w1");
    }

    @Test
    void limitsTheMemory() throws IOException {
      assertThat(command()).contains("-Xmx67108864", "-XX:MaxDirectMemorySize=33554432");
    }

    @Test
    void givesALargeHeapMoreDirectMemory() throws IOException {
      ExecutorConfig config = ExecutorConfigs.withMemory(1, 0, 1L << 30);

      assertThat(build(config, Path.of("/app.jar")).command())
          .contains("-Xmx1073741824", "-XX:MaxDirectMemorySize=268435456");
    }

    @Test
    void hasLogbackPrintWhereAnOldSlf4jTakesThat() throws Exception {
      assertThat(command()).contains("-Dlogback.configurationFile=" + WorkerCommand.LOGBACK);

      LoggerContext context = new LoggerContext();
      JoranConfigurator configurator = new JoranConfigurator();
      configurator.setContext(context);
      configurator.doConfigure(getClass().getResource("/" + WorkerCommand.LOGBACK));
      Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
      assertThat(root.getLevel()).isEqualTo(Level.INFO);
      assertThat(root.getAppender("CONSOLE"))
          .isInstanceOfSatisfying(
              ConsoleAppender.class,
              console -> {
                assertThat(console.getTarget()).isEqualTo("System.err");
                assertThat(console.isStarted()).isTrue();
              });
    }

    @Test
    void writesItsFatalErrorLogWhereItIsLookedFor() {
      Path home = Path.of("/tmp/100%p/cofferdam-1");

      assertThat(fatalErrorLog(home)).isEqualTo(home.resolve("hs_err_pid4711.log"));
      assertThat(fatalErrorLog(home, "-XX:ErrorFile=/var/log/%%x%p-%p.log", "-Xint"))
          .isEqualTo(Path.of("/var/log/%x4711-4711.log"));
    }

    private Path fatalErrorLog(Path home, String... arguments) {
      return new WorkerCommand(ExecutorConfigs.withJvmArgs(arguments), List.of())
          .fatalErrorLog(home, 4711);
    }

    @Test
    void hasTheFlagsThatAWorkerNeeds() throws IOException {
      assertThat(command())
          .contains(
              "-XX:-UsePerfData",
              "-XX:ErrorFile=" + directory.resolve("hs_err_pid%p.log"),
              "-XX:-CreateCoredumpOnCrash",
              "-XX:+ExitOnOutOfMemoryError",
              "-XX:+UseSerialGC",
              "-XX:+UseCountedLoopSafepoints",
              "-XX:LoopStripMiningIter=1000");
    }

    @Test
    void holdsNothingSecret() throws IOException {
      ProcessBuilder builder = build(ExecutorConfigs.withJvmArgs(), Path.of("/app.jar"));

      assertThat(String.join(" ", builder.command())).doesNotContain("s3cret");
      assertThat(builder.environment().toString()).doesNotContain("s3cret");
    }

    @Test
    void joinsOutputAndErrors() throws IOException {
      assertThat(build(ExecutorConfigs.withJvmArgs(), Path.of("/app.jar")).redirectErrorStream())
          .isTrue();
    }
  }

  @Nested
  class TheUsersArguments {

    @Test
    void comeAfterOurs() throws IOException {
      List<String> command = command("-XX:TieredStopAtLevel=4", "-Dx=y");

      assertThat(command)
          .containsSubsequence("-XX:TieredStopAtLevel=1", "-XX:TieredStopAtLevel=4", "-Dx=y")
          .containsSubsequence("-Dx=y", WorkerProgram.mainClass());
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "-XX:+UseG1GC",
          "-XX:+UseZGC",
          "-XX:+UseParallelGC",
          "-XX:+UseShenandoahGC",
          "-XX:+UseSerialGC"
        })
    void chooseTheCollectorButKeepLoopsStoppable(String collector) throws IOException {
      List<String> command = command(collector);

      assertThat(command).filteredOn(arg -> arg.endsWith("GC")).containsExactly(collector);
      assertThat(command).contains("-XX:+UseCountedLoopSafepoints", "-XX:LoopStripMiningIter=1000");
    }

    @Test
    void leaveTheCollectorWhenTheySpeakOfSomethingElse() throws IOException {
      assertThat(command("-XX:-UseG1GC", "-XX:+UseStringDeduplication", "-XX:ParallelGCThreads=1"))
          .contains("-XX:+UseSerialGC");
    }
  }

  @Nested
  class TheEnvironment {

    @Test
    void isAnAllowList() throws IOException {
      Set<String> variables =
          new TreeSet<>(
              build(ExecutorConfigs.withJvmArgs(), Path.of("/app.jar")).environment().keySet());

      variables.removeIf(variable -> variable.startsWith("LC_"));
      assertThat(variables)
          .isSubsetOf("PATH", "LANG", "TZ", "HOME", "TMPDIR", "LD_LIBRARY_PATH")
          .hasSizeLessThan(System.getenv().size());
    }

    @Test
    void keepsThePath() throws IOException {
      assertThat(build(ExecutorConfigs.withJvmArgs(), Path.of("/app.jar")).environment())
          .containsEntry("PATH", System.getenv("PATH"));
    }

    @Test
    void hasTheUsersAdditions() throws IOException {
      ExecutorConfig config =
          ExecutorConfigs.withEnvironment(Map.of("PGSSLROOTCERT", "/ca.pem", "TZ", "UTC"));

      assertThat(build(config, Path.of("/app.jar")).environment())
          .containsEntry("PGSSLROOTCERT", "/ca.pem")
          .containsEntry("TZ", "UTC");
    }
  }

  @Tag("process")
  @Nested
  class TheClassPath {

    private static final List<String> ODD =
        List.of("/a b", "/c\\d", "/e\"f", "/#g", "/'h'", "/i\\n", "/@j");

    /** No other user can change an argument, as he may a file. */
    @Test
    void isAnArgumentAndNoFile() throws IOException {
      assertThat(build(directory.resolve("w1"), ExecutorConfigs.withJvmArgs(), odd()).command())
          .containsSubsequence("-cp", String.join(File.pathSeparator, ODD));

      assertThat(directory).isEmptyDirectory();
    }

    @Test
    void isInAFileOfItsOwnIfItIsTooLong() throws IOException {
      Path socket = directory.resolve("w1");

      List<String> command = build(socket, ExecutorConfigs.withJvmArgs(), LONG).command();

      Path file = WorkerCommand.argumentFile(socket);
      assertThat(command).contains("@" + file).doesNotContain("-cp");
      assertThat(file).hasContent("-cp\n\"" + LONG + "\"\n");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }

    @Test
    void isNeverReadFromAFileThatWasThere() throws IOException {
      Path socket = directory.resolve("w1");
      Files.writeString(WorkerCommand.argumentFile(socket), "-cp /evil.jar");

      assertThatThrownBy(() -> build(socket, ExecutorConfigs.withJvmArgs(), LONG))
          .isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    @Tag("process")
    void isReadByTheLauncherAsItWasMeant() throws Exception {
      List<String> command = build(ExecutorConfigs.withJvmArgs(), odd()).command();

      assertThat(entries("-cp", command.get(command.indexOf("-cp") + 1))).isEqualTo(ODD);
    }

    @Test
    @Tag("process")
    void isReadByTheLauncherFromAFileAsItWasMeant() throws Exception {
      Path socket = directory.resolve("w1");
      List<Path> classPath = new ArrayList<>(List.of(odd()));
      classPath.add(LONG);
      build(socket, ExecutorConfigs.withJvmArgs(), classPath.toArray(Path[]::new));

      assertThat(entries("@" + WorkerCommand.argumentFile(socket))).isEqualTo(ODD);
    }

    private Path[] odd() {
      return ODD.stream().map(Path::of).toArray(Path[]::new);
    }

    /** Returns the entries of the class path that a JVM with these arguments has. */
    private List<String> entries(String... arguments) throws Exception {
      List<String> command = new ArrayList<>();
      command.add(System.getProperty("java.home") + "/bin/java");
      command.add("-XshowSettings:properties");
      command.addAll(List.of(arguments));
      command.add("-version");
      Process java = new ProcessBuilder(command).redirectErrorStream(true).start();
      String printed = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(java.waitFor()).isZero();
      return Arrays.stream(printed.split("\n", -1))
          .dropWhile(line -> !line.contains("java.class.path = "))
          .limit(ODD.size())
          .map(line -> line.replace("java.class.path = ", "").trim())
          .toList();
    }
  }
}
