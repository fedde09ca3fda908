package io.cofferdam.functional.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The workers of one executor leave a class archive for those of the next one. */
@Tag("process")
class KeptArchiveTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TestDatabase database = Databases.fresh(DatabaseKind.H2);
  private Path directory;

  @BeforeEach
  void use(@TempDir Path temporary) {
    directory = temporary.resolve("cofferdam");
  }

  private TransactionExecutor start() {
    return TestExecutors.withJars(database)
        .archiveDirectory(directory)
        .workers(1)
        .warmSpares(0)
        .build();
  }

  private List<Path> archives() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".jsa")).toList();
    }
  }

  private Path keepOne() throws IOException {
    try (TransactionExecutor first = start()) {
      assertThat(mapsOneOf(first, directory)).isFalse();
      await("an archive").atMost(PATIENCE).until(() -> !archives().isEmpty());
    }
    return archives().get(0);
  }

  private static boolean mapsOneOf(TransactionExecutor executor, Path directory)
      throws IOException {
    WorkerSnapshot worker = executor.snapshot().workers().get(0);
    return Files.readString(Path.of("/proc/" + worker.pid() + "/maps"))
        .contains(directory.toString());
  }

  private static void assertWorks(TransactionExecutor executor) throws Exception {
    try (TransactionClient client = executor.client("teller")) {
      String answer = client.execute(connection -> "done");
      assertThat(answer).isEqualTo("done");
    }
  }

  @Test
  void theFirstWorkerOfTheNextOneMapsIt() throws Exception {
    Path kept = keepOne();

    try (TransactionExecutor second = start()) {
      assertThat(mapsOneOf(second, kept)).isTrue();
      assertWorks(second);
    }
  }

  @Test
  void oneThatIsBrokenIsSurvivedAndRemoved() throws Exception {
    Path kept = keepOne();
    byte[] half = Arrays.copyOf(Files.readAllBytes(kept), (int) Files.size(kept) / 2);
    Arrays.fill(half, 4096, half.length, (byte) 0x55);
    Files.delete(kept);
    CRC32 sum = new CRC32();
    sum.update(half);
    String key = kept.getFileName().toString().split("-", -1)[0];
    Path broken =
        directory.resolve(
            key + "-" + half.length + "-" + Long.toHexString(sum.getValue()) + ".jsa");
    Files.write(broken, half);

    try (TransactionExecutor second = start()) {
      assertWorks(second);
      assertThat(second.snapshot().lastStartFailure()).isEmpty();
    }
  }

  @Test
  void oneInADirectoryThatOthersMayEnterIsNotUsed() throws Exception {
    Path kept = keepOne();
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));

    try (TransactionExecutor second = start()) {
      assertThat(mapsOneOf(second, kept)).isFalse();
      assertWorks(second);
    }
  }
}
