package io.cofferdam.internal.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.internal.ExecutorConfig;
import io.cofferdam.internal.ExecutorConfigs;
import io.cofferdam.internal.worker.WorkerMain;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerCommandTest {

  private static final Path SOCKET = Path.of("/run/w1");

  private Path directory;

  @BeforeEach
  void use(@TempDir Path directory) {
    this.directory = directory;
  }

  private ProcessBuilder build(ExecutorConfig config, Path... classPath) throws IOException {
    return new WorkerCommand(config, List.of(classPath)).build(directory, SOCKET);
  }

  private List<String> command(String... jvmArgs) throws IOException {
    return build(ExecutorConfigs.withJvmArgs(jvmArgs), Path.of("/app.jar")).command();
  }

  @Nested
  class TheCommandLine {

    @Test
    void startsTheWorkerWithItsSocket() throws IOException {
      List<String> command = command();

      assertThat(command.get(0)).isEqualTo(System.getProperty("java.home") + "/bin/java");
      assertThat(command)
          .endsWith("@" + directory.resolve("classpath"), WorkerMain.class.getName(), "/run/w1");
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
          .containsSubsequence("-Dx=y", WorkerMain.class.getName());
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

  @Nested
  class TheArgumentFile {

    @Test
    void quotesWhatTheLauncherWouldMisread() throws IOException {
      build(ExecutorConfigs.withJvmArgs(), Path.of("/a b"), Path.of("/c\\d"), Path.of("/e\"f"));

      assertThat(directory.resolve("classpath"))
          .hasContent("-cp\n\"/a b" + File.pathSeparator + "/c\\\\d:/e\\\"f\"\n");
    }

    @Test
    void isWrittenAgainWhenACleanerRemovedIt() throws IOException {
      build(ExecutorConfigs.withJvmArgs(), Path.of("/app.jar"));
      Files.delete(directory.resolve("classpath"));

      build(ExecutorConfigs.withJvmArgs(), Path.of("/app.jar"));

      assertThat(directory).isDirectoryContaining("glob:**/classpath");
      assertThat(directory.toFile().list()).hasSize(1);
    }

    @Test
    @Tag("process")
    void isReadByTheLauncherAsItWasMeant() throws Exception {
      List<String> odd = List.of("/a b", "/c\\d", "/e\"f", "/#g", "/'h'", "/i\\n", "/@j");
      build(ExecutorConfigs.withJvmArgs(), odd.stream().map(Path::of).toArray(Path[]::new));

      Process java =
          new ProcessBuilder(
                  System.getProperty("java.home") + "/bin/java",
                  "-XshowSettings:properties",
                  "@" + directory.resolve("classpath"),
                  "-version")
              .redirectErrorStream(true)
              .start();
      String printed = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(java.waitFor()).isZero();
      List<String> entries =
          Arrays.stream(printed.split("\n", -1))
              .dropWhile(line -> !line.contains("java.class.path = "))
              .limit(odd.size())
              .map(line -> line.replace("java.class.path = ", "").trim())
              .collect(Collectors.toList());
      assertThat(entries).isEqualTo(odd);
    }
  }
}
