package io.cofferdam.functional.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.testing.Databases;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.TestDatabase;
import io.cofferdam.testkit.process.ChildApplication;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The channel's directory is made in the application's {@code java.io.tmpdir}. */
@Tag("process")
class SocketDirectoryTest {

  /** Builds an executor, runs a task, and says how that went. */
  static final class Application {
    public static void main(String[] arguments) {
      try (TransactionExecutor executor =
              TransactionExecutor.builder()
                  .jdbcUrl(arguments[0])
                  .username(arguments[1])
                  .password(arguments[2])
                  .workers(1)
                  .warmSpares(0)
                  .build();
          TransactionClient client = executor.client("only")) {
        System.out.println("answer " + client.execute(connection -> 42));
      } catch (RuntimeException e) {
        System.out.println("failure " + e);
      }
    }
  }

  @Nested
  class SaysClearlyThat {

    @Test
    void itDoesNotExist(@TempDir Path parent) {
      Path missing = parent.resolve("missing");

      assertThat(failureWith(missing)).contains(missing.toString(), "java.io.tmpdir");
    }

    @Test
    void itIsAFile(@TempDir Path parent) throws Exception {
      Path file = Files.createFile(parent.resolve("file"));

      assertThat(failureWith(file)).contains(file.toString(), "java.io.tmpdir");
    }

    @Test
    void itCannotBeWrittenTo() {
      Path unwritable = Path.of("/proc");

      assertThat(failureWith(unwritable)).contains(unwritable.toString(), "java.io.tmpdir");
    }

    @Test
    void itsPathIsTooLongForASocket(@TempDir Path parent) throws Exception {
      Path deep = Files.createDirectories(parent.resolve("d".repeat(60)).resolve("e".repeat(60)));

      assertThat(failureWith(deep)).contains(deep.toString(), "long", "java.io.tmpdir");
    }

    private String failureWith(Path directory) {
      try (ChildApplication application = start(directory)) {
        return application.awaitLine("failure ");
      }
    }
  }

  @Test
  void mayHaveSpacesInItsPathAndIsLeftEmpty(@TempDir Path parent) throws Exception {
    Path spacious = Files.createDirectory(parent.resolve("a directory"));

    try (ChildApplication application = start(spacious)) {
      assertThat(application.awaitLine("answer ")).isEqualTo("42");
      assertThat(application.awaitExit()).isZero();
    }

    try (Stream<Path> left = Files.list(spacious)) {
      assertThat(left.filter(path -> !path.toString().contains("hsperfdata"))).isEmpty();
    }
  }

  private static ChildApplication start(Path directory) {
    TestDatabase database = Databases.fresh(DatabaseKind.H2);
    return ChildApplication.start(
        List.of("-Djava.io.tmpdir=" + directory),
        Application.class,
        database.url(),
        database.username(),
        database.password());
  }
}
