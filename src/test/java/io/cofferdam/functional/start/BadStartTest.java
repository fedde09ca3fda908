package io.cofferdam.functional.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cofferdam.Outcome;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.WorkerStartException;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.DatabaseServer;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import io.cofferdam.testkit.process.ChildApplication;
import io.cofferdam.testkit.process.Kill;
import io.cofferdam.testkit.process.WorkerProcesses;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code build()} either returns an executor that works, or says why not and leaves nothing. */
@Tag("process")
class BadStartTest {

  @AfterEach
  void leavesNoProcess() {
    WorkerProcesses.awaitNone();
  }

  @Nested
  class TheDatabase {

    @ParameterizedTest
    @EnumSource
    void isDown(DatabaseKind kind) {
      try (DatabaseServer server = Databases.start(kind)) {
        TestDatabase database = server.fresh();
        server.stop();

        WorkerStartException failure = failureOf(TestExecutors.plain(database));

        assertThat(failure).hasMessageContaining(Integer.toString(server.port()));
        assertThat(failure.getCause()).isInstanceOf(SQLException.class);
        assertThat(((SQLException) failure.getCause()).getSQLState())
            .startsWith(kind == DatabaseKind.H2 ? "90067" : "08");
      }
    }

    @ParameterizedTest
    @EnumSource
    void doesNotKnowThePassword(DatabaseKind kind) {
      TestDatabase database = Databases.fresh(kind);

      WorkerStartException failure =
          failureOf(TestExecutors.plain(database).password("mistaken pass"));

      assertThat(failure.getCause()).isInstanceOf(SQLException.class);
      assertThat(((SQLException) failure.getCause()).getSQLState()).startsWith("28");
      assertThat(failure.getMessage() + failure.lastOutput() + failure.getCause())
          .doesNotContain("mistaken pass");
    }

    @Test
    void isOnAnUnknownHost() {
      WorkerStartException failure =
          failureOf(TransactionExecutor.builder().jdbcUrl("jdbc:postgresql://no-host.invalid/db"));

      assertThat(failure).hasMessageContaining("no-host.invalid");
      assertThat(failure.getCause()).isInstanceOf(SQLException.class);
    }

    @Test
    void hasNoDriver() {
      WorkerStartException failure =
          failureOf(TransactionExecutor.builder().jdbcUrl("jdbc:nosuch://127.0.0.1/db"));

      assertThat(failure).hasMessageContainingAll("driver", "jdbc:nosuch");
    }

    @Test
    void acceptsTheConnectionAndNeverAnswers() throws Exception {
      try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
        String url = "jdbc:postgresql://127.0.0.1:" + mute.getLocalPort() + "/db";
        long begun = System.nanoTime();

        WorkerStartException failure =
            failureOf(
                TransactionExecutor.builder().jdbcUrl(url).startupTimeout(Duration.ofSeconds(2)));

        assertThat(failure).hasMessageContaining("startupTimeout");
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
            .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(8));
      }
    }
  }

  @Nested
  class TheJvm {

    @Test
    void doesNotKnowAnArgument() {
      WorkerStartException failure =
          failureOf(
              TestExecutors.plain(Databases.fresh(DatabaseKind.H2))
                  .workerJvmArgs("-XX:+NoSuchFlag"));

      assertThat(failure.lastOutput()).contains("NoSuchFlag");
      assertThat(failure).hasMessageContaining("NoSuchFlag");
    }
  }

  @Nested
  class TheApplication {

    @Test
    void lacksAModule(@TempDir Path parent) throws Exception {
      TestDatabase database = Databases.fresh(DatabaseKind.H2);
      try (WatchService watch = parent.getFileSystem().newWatchService()) {
        WatchKey created = parent.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
        try (ChildApplication application =
            ChildApplication.start(
                List.of("--limit-modules=java.se,jdk.unsupported", "-Djava.io.tmpdir=" + parent),
                Starting.class,
                database.url(),
                database.username(),
                database.password())) {
          String failure = application.awaitLine("failed: ");

          assertThat(failure)
              .contains("WorkerStartException", "jdk/net/ExtendedSocketOptions", "module jdk.net");
          application.tell("end");
          assertThat(application.awaitExit()).isZero();
        }
        Set<String> ours =
            created.pollEvents().stream()
                .map(event -> event.context().toString())
                .filter(name -> name.startsWith("cofferdam"))
                .collect(Collectors.toSet());
        assertThat(ours).hasSize(1);
        assertThat(WorkerProcesses.recorderFiles(ours)).isEmpty();
      }
    }

    /** What no retry can mend is told long before the startup timeout. */
    @Test
    void hasAnOldSlf4j() throws Exception {
      Class<?> starting = new WithOldSlf4j().loadClass(Starting.class.getName());
      TestDatabase database = Databases.fresh(DatabaseKind.H2);

      Object failure =
          starting
              .getMethod("failure", String.class, String.class, String.class)
              .invoke(null, database.url(), database.username(), database.password());

      assertThat(failure)
          .asString()
          .contains("WorkerStartException", "org/slf4j/spi/SLF4JServiceProvider", "SLF4J 2");
    }

    @Test
    void hasLostItsWorkingDirectory(@TempDir Path parent) throws Exception {
      Path directory = Files.createDirectory(parent.resolve("release-1"));
      TestDatabase database = Databases.fresh(DatabaseKind.H2);
      try (ChildApplication application =
          ChildApplication.start(
              directory,
              List.of(),
              Starting.class,
              database.url(),
              database.username(),
              database.password())) {
        String first = application.awaitLine("first worker: ");
        assertThat(first).endsWith(directory.toRealPath().toString());

        Files.delete(directory);
        Kill.andAwaitEnd(ProcessHandle.of(Long.parseLong(first.split(" ", -1)[0])).orElseThrow());
        application.tell("next");

        String second = application.awaitLine("next worker: ");
        assertThat(second).doesNotContain("release-1");
        assertThat(application.output())
            .anyMatch(line -> line.contains("release-1") && line.contains("was removed"));
        application.tell("end");
        assertThat(application.awaitExit()).isZero();
      }
    }
  }

  /** Loads Cofferdam where the class is missing that came with SLF4J 2. */
  private static final class WithOldSlf4j extends ClassLoader {

    WithOldSlf4j() {
      super(BadStartTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.equals("org.slf4j.spi.SLF4JServiceProvider")) {
        throw new ClassNotFoundException(name);
      }
      if (!name.startsWith("io.cofferdam.")) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = in.readAllBytes();
        return defineClass(
            name, bytes, 0, bytes.length, getParent().loadClass(name).getProtectionDomain());
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  /** An application that starts an executor and tells in which directory its workers are. */
  public static final class Starting {

    private Starting() {}

    public static void main(String[] database) throws Exception {
      BufferedReader orders =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      try (TransactionExecutor executor = start(database[0], database[1], database[2]);
          TransactionClient client = executor.client("starting")) {
        System.out.println("first worker: " + place(client));
        orders.readLine();
        System.out.println("next worker: " + place(client));
      } catch (WorkerStartException e) {
        System.out.println("failed: " + e);
      }
      orders.readLine();
    }

    private static String place(TransactionClient client) throws Exception {
      return client.execute(
          connection ->
              ProcessHandle.current().pid() + " in " + Path.of("/proc/self/cwd").toRealPath());
    }

    private static TransactionExecutor start(String url, String username, String password) {
      return TransactionExecutor.builder()
          .jdbcUrl(url)
          .username(username)
          .password(password)
          .workers(1)
          .warmSpares(0)
          .build();
    }

    /** Returns what {@code build()} fails with. */
    public static String failure(String url, String username, String password) {
      try (TransactionExecutor executor = start(url, username, password)) {
        return "started " + executor;
      } catch (WorkerStartException e) {
        return e.toString();
      }
    }
  }

  @Nested
  class TheClassPath {

    @Test
    void mayHaveSpaces(@TempDir Path parent) throws Exception {
      List<Path> moved = new ArrayList<>();
      for (Path entry : classPath()) {
        moved.add(
            Files.isDirectory(entry)
                ? copy(entry, parent.resolve("a directory with spaces " + moved.size()))
                : entry);
      }
      TestDatabase database = Databases.fresh(DatabaseKind.H2);

      try (TransactionExecutor executor =
              TestExecutors.plain(database).workers(1).workerClassPath(moved).build();
          TransactionClient client = executor.client("spacious")) {
        long answer = client.execute(connection -> Sql.number(connection, "SELECT 42"));

        assertThat(answer).isEqualTo(42);
      }
    }

    private Path copy(Path directory, Path to) throws Exception {
      FileUtils.copyDirectory(directory.toFile(), to.toFile());
      return to;
    }

    @Test
    void lacksTheDriver() {
      List<Path> without =
          classPath().stream()
              .filter(entry -> !entry.getFileName().toString().startsWith("h2-"))
              .toList();

      WorkerStartException failure =
          failureOf(TestExecutors.plain(Databases.fresh(DatabaseKind.H2)).workerClassPath(without));

      assertThat(failure).hasMessageContainingAll("driver", "jdbc:h2:");
    }

    @Test
    void lacksCofferdam() {
      List<Path> driverOnly =
          classPath().stream()
              .filter(entry -> entry.getFileName().toString().startsWith("h2-"))
              .toList();

      Throwable failure =
          catchThrowable(
              () ->
                  TestExecutors.plain(Databases.fresh(DatabaseKind.H2))
                      .workerClassPath(driverOnly)
                      .build()
                      .close());

      assertThat(failure)
          .isInstanceOfAny(IllegalStateException.class, WorkerStartException.class)
          .hasMessageContainingAll("WorkerMain", "find");
    }

    private List<Path> classPath() {
      return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
          .map(Path::of)
          .filter(Files::exists)
          .toList();
    }
  }

  /** Fails unless {@code build()} reports that the first worker did not start. */
  private static WorkerStartException failureOf(TransactionExecutorBuilder builder) {
    WorkerStartException failure =
        catchThrowableOfType(
            WorkerStartException.class, () -> builder.workers(2).name("doomed").build().close());
    assertThat(failure).isNotNull();
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_STARTED);
    return failure;
  }
}
