package io.cofferdam.functional.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.OtherUser;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.process.Kill;
import io.cofferdam.testkit.process.WorkerProcesses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody but the application gets at its workers. */
@Tag("process")
class OtherUserTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern ERROR_FILE = Pattern.compile("-XX:ErrorFile=(\\S+)/hs_err");

  private TransactionExecutor executor;
  private TransactionClient client;

  @BeforeEach
  void open() {
    executor =
        TestExecutors.on(Databases.fresh(DatabaseKind.H2))
            .workers(1)
            .warmSpares(0)
            .startupTimeout(Duration.ofMinutes(2))
            .timeout(Duration.ofSeconds(45))
            .build();
    client = executor.client("teller");
  }

  @AfterEach
  void close() {
    client.close();
    executor.close();
  }

  private ProcessHandle worker() {
    long pid = client.execute(connection -> ProcessHandle.current().pid());
    return ProcessHandle.of(pid).orElseThrow();
  }

  private static Path privateDirectory(ProcessHandle worker) {
    Matcher matcher = ERROR_FILE.matcher(WorkerProcesses.commandLine(worker.pid()));
    assertThat(matcher.find()).isTrue();
    return Path.of(matcher.group(1));
  }

  /** A cleaner of the temporary directory removes what is old; anybody may take its name then. */
  @Test
  void cannotHaveHisCodeRunByARemadePrivateDirectory(@TempDir Path evil) throws Exception {
    ProcessHandle worker = worker();
    Path directory = privateDirectory(worker);
    FileUtils.deleteDirectory(directory.toFile());
    Files.createDirectory(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxrwxrwx")));
    Path trace = evil.resolve("trace");
    Path arguments = directory.resolve("classpath");
    Files.writeString(arguments, "-cp\n\"" + evilClasses(evil, trace) + "\"\n");
    OtherUser.own(arguments);
    OtherUser.own(directory);

    Kill.andAwaitEnd(worker);
    ProcessHandle next = worker();

    assertThat(trace).as("what another user's code leaves").doesNotExist();
    assertThat(privateDirectory(next)).isNotEqualTo(directory);
    assertThat(directory).isDirectoryContaining("glob:**/classpath");
    FileUtils.deleteDirectory(directory.toFile());
  }

  /** Compiles a main class of a worker that leaves a trace. */
  private static Path evilClasses(Path directory, Path trace) throws IOException {
    Path source = directory.resolve("WorkerMain.java");
    Files.writeString(
        source,
        "package io.cofferdam.internal.worker;"
            + "public class WorkerMain { public static void main(String[] a) throws Exception {"
            + "new java.io.File(\""
            + trace
            + "\").createNewFile(); } }");
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", directory.toString(), source.toString());
    assertThat(result).isZero();
    return directory;
  }

  @Test
  void cannotHoldUpAStartBySayingNothing() throws Exception {
    ProcessHandle worker = worker();
    Path directory = privateDirectory(worker);
    List<SocketChannel> silent = new ArrayList<>();
    Kill.send("KILL", worker.pid());
    try {
      // The socket is there while a JVM starts, which can be less than a slow look apart.
      Path socket =
          await("the socket of the next worker")
              .atMost(PATIENCE)
              .pollDelay(Duration.ZERO)
              .pollInterval(Duration.ofMillis(1))
              .until(() -> socket(directory), Objects::nonNull);
      UnixDomainSocketAddress address = UnixDomainSocketAddress.of(socket);
      for (int i = 0; i < 10; i++) {
        silent.add(SocketChannel.open(address));
      }
      CompletableFuture<Integer> answer = client.submit(connection -> 42);

      assertThat(answer.get()).isEqualTo(42);
    } finally {
      for (SocketChannel socket : silent) {
        socket.close();
      }
    }
  }

  private static Path socket(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("w"))
          .findAny()
          .orElse(null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
