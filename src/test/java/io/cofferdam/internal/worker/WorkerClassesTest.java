package io.cofferdam.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a worker loads to run a task: it must start fast and stay small. */
@Tag("process")
class WorkerClassesTest {

  private static final Pattern LOADED = Pattern.compile("\\] ([\\w.$/]+) source: ");

  private static final Pattern OURS_IN_A_WORKER =
      Pattern.compile(
          "io\\.cofferdam\\.(internal\\.(boot|codec|config|dialect|recorder|sql|state|text|wire|worker)\\..*"
              + "|Transaction(Task|Action)|CrashReport\\$Phase|SessionHygiene)");

  private Path directory;
  private Server server;

  @BeforeEach
  void startDatabase(@TempDir Path directory) throws SQLException {
    this.directory = directory;
    server =
        Server.createTcpServer("-tcpPort", "0", "-ifNotExists", "-baseDir", directory.toString())
            .start();
  }

  @AfterEach
  void stopDatabase() {
    server.stop();
  }

  @Test
  void areNoneOfALibraryThatTheApplicationUses() throws Exception {
    assertThat(loaded(executor()))
        .contains("io.cofferdam.internal.worker.run.TaskRunner")
        .noneMatch(name -> name.matches("com\\.google\\..*|com\\.github\\.benmanes\\..*"))
        .noneMatch(name -> name.matches("io\\.micrometer\\..*|ch\\.qos\\.logback\\..*"))
        .filteredOn(name -> name.startsWith("io.cofferdam."))
        .allMatch(name -> OURS_IN_A_WORKER.matcher(name).matches());
  }

  /** A JDBC driver may load a logging API of its own accord, where it finds one. */
  @Test
  void areOursAndTheDriversAloneWhereThereIsNothingElse() throws Exception {
    List<Path> classPath =
        Stream.of(WorkerMain.class, WorkerClassesTest.class, org.h2.Driver.class)
            .map(
                type -> Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath()))
            .toList();

    assertThat(loaded(executor().workerClassPath(classPath)))
        .contains("io.cofferdam.internal.worker.run.TaskRunner")
        .filteredOn(name -> !OURS_IN_A_WORKER.matcher(name).matches())
        .allMatch(name -> name.startsWith("org.h2."));
  }

  private TransactionExecutorBuilder executor() {
    return TransactionExecutor.builder()
        .jdbcUrl("jdbc:h2:tcp://localhost:" + server.getPort() + "/./test")
        .username("sa")
        .password("")
        .workers(1)
        .warmSpares(0);
  }

  /** Runs a task, and returns the classes that its worker has loaded, but for the JDK's. */
  private List<String> loaded(TransactionExecutorBuilder builder) throws Exception {
    Path log = directory.resolve("classes.log");
    builder.workerJvmArgs("-Xlog:class+load:file=" + log + ":level,tags");
    try (TransactionExecutor executor = builder.build();
        TransactionClient client = executor.client("teller")) {
      int one =
          client.execute(
              connection -> {
                try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT 1")) {
                  rows.next();
                  return rows.getInt(1);
                }
              });
      assertThat(one).isOne();
    }
    try (Stream<String> lines = Files.lines(log)) {
      return lines
          .map(LOADED::matcher)
          .filter(Matcher::find)
          .map(matcher -> matcher.group(1))
          .filter(name -> !name.matches("(java|javax|jdk|sun|com\\.sun)\\..*"))
          .toList();
    }
  }
}
