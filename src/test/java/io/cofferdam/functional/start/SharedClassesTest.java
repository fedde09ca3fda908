package io.cofferdam.functional.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cofferdam.ExecutorSnapshot.WorkerSnapshot;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.process.Kill;
import io.cofferdam.testkit.process.WorkerProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Workers take their classes from an archive that the first one has brought about. */
@Tag("process")
class SharedClassesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private TransactionExecutor executor;
  private TransactionClient client;
  private Path archive;

  @BeforeEach
  void awaitTheArchive() {
    executor =
        TestExecutors.withJars(Databases.fresh(DatabaseKind.POSTGRESQL))
            .workers(1)
            .warmSpares(0)
            .build();
    client = executor.client("sharing");
    String commandLine = WorkerProcesses.commandLine(worker().pid());
    Path socket = Path.of(commandLine.substring(commandLine.lastIndexOf(' ') + 1));
    archive = socket.resolveSibling("classes.jsa");
    await("the archive").atMost(PATIENCE).until(() -> Files.exists(archive));
    assertThat(mapsTheArchive()).isFalse();
  }

  @AfterEach
  void close() {
    client.close();
    executor.close();
    WorkerProcesses.awaitNone();
  }

  private WorkerSnapshot worker() {
    return executor.snapshot().workers().get(0);
  }

  private boolean mapsTheArchive() {
    try {
      return Files.readString(Path.of("/proc/" + worker().pid() + "/maps"))
          .contains(archive.toString());
    } catch (IOException e) {
      return false;
    }
  }

  private long nextWorkerAnswers() throws Exception {
    Kill.andAwaitEnd(ProcessHandle.of(worker().pid()).orElseThrow());
    return client.execute(connection -> ProcessHandle.current().pid());
  }

  @Test
  void theNextWorkerMapsIt() throws Exception {
    assertThat(nextWorkerAnswers()).isEqualTo(worker().pid());

    assertThat(mapsTheArchive()).isTrue();
  }

  /** A JVM may crash when it maps an archive that was cut short. */
  @Test
  void theNextWorkerButOneStartsWithoutItIfItIsBroken() throws Exception {
    byte[] whole = Files.readAllBytes(archive);
    Files.delete(archive);
    Files.write(archive, Arrays.copyOf(whole, whole.length / 2));

    assertThat(nextWorkerAnswers()).isEqualTo(worker().pid());

    assertThat(mapsTheArchive()).isFalse();
  }

  /** Where the directory has gone, what has its name now may be somebody else's. */
  @Test
  void theNextWorkerDoesNotTakeItFromAnotherDirectoryOfThatName() throws Exception {
    Path directory = archive.getParent();
    Path aside = directory.resolveSibling(directory.getFileName() + "-aside");
    Files.move(directory, aside);
    Files.createDirectory(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.copy(aside.resolve(archive.getFileName()), archive);

    assertThat(nextWorkerAnswers()).isEqualTo(worker().pid());

    assertThat(mapsTheArchive()).isFalse();
    FileUtils.deleteDirectory(aside.toFile());
    FileUtils.deleteDirectory(directory.toFile());
  }
}
