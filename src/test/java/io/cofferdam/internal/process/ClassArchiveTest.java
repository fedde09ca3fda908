package io.cofferdam.internal.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cofferdam.internal.config.ExecutorConfigs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("process")
class ClassArchiveTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final PrivateDirectory directory = new PrivateDirectory();
  private final Path home = directory.path();
  private final Permits permits = new Permits(1);
  private final LinkedBlockingQueue<Process> started = new LinkedBlockingQueue<>();

  @AfterEach
  void remove() throws IOException {
    directory.remove();
  }

  /** Returns an archive that is made by this command instead. */
  private ClassArchive archive(String... maker) {
    WorkerCommand command =
        new WorkerCommand(ExecutorConfigs.withJvmArgs(), List.of(Path.of("/app.jar")));
    return new ClassArchive(
        "shop",
        command,
        directory,
        builder -> {
          Process process = new ProcessBuilder(maker).start();
          started.add(process);
          return process;
        },
        null);
  }

  private void awaitThatAPlaceIsFree() {
    await("the place that the archive has taken")
        .atMost(PATIENCE)
        .until(
            () -> {
              Permits.Waiter waiter = () -> {};
              return permits.takeOrWait(waiter) || !permits.withdraw(waiter);
            });
  }

  @Test
  void isRecordedByOneWorker() {
    ClassArchive archive = archive("true");

    assertThat(archive.arguments(home))
        .containsExactly("-XX:DumpLoadedClassList=" + home.resolve("classes.list"));
    assertThat(archive.arguments(home)).isEmpty();
  }

  private void record(ClassArchive archive) throws IOException {
    List<String> unused = archive.arguments(home);
    Files.createFile(home.resolve("classes.list"));
  }

  private static void awaitEnd() {
    await("the end of the thread that makes the archive")
        .atMost(PATIENCE)
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("shop-class-archive")));
  }

  /** Puts a pipe there: who opens it waits for ever. */
  private static void makePipe(Path path) throws Exception {
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
  }

  @Test
  void isNotMadeOfWhatIsNoFileOfNames() throws Exception {
    ClassArchive archive = archive("true");
    List<String> unused = archive.arguments(home);
    makePipe(home.resolve("classes.list"));

    archive.make(permits);
    awaitEnd();

    assertThat(started).isEmpty();
    awaitThatAPlaceIsFree();
  }

  @Test
  void isNotUsedWhenSomethingElseIsInItsPlace() throws Exception {
    ClassArchive archive = archive("touch", home.resolve("classes.unfinished").toString());
    record(archive);
    archive.make(permits);
    awaitEnd();
    Path made = home.resolve("classes.jsa");
    assertThat(archive.arguments(home)).contains("-XX:SharedArchiveFile=" + made);

    Files.writeString(made, "other classes");
    assertThat(archive.arguments(home)).isEmpty();
    Files.delete(made);
    assertThat(archive.arguments(home)).isEmpty();
    Files.createSymbolicLink(made, home.resolve("classes.list"));
    assertThat(archive.arguments(home)).isEmpty();
    Files.delete(made);
    makePipe(made);
    assertThat(archive.arguments(home)).isEmpty();
  }

  @Test
  void isNotThereIfItsProcessFails() throws Exception {
    ClassArchive archive = archive("false");
    record(archive);

    archive.make(permits);

    assertThat(started.poll(60, TimeUnit.SECONDS)).isNotNull();
    awaitThatAPlaceIsFree();
    assertThat(archive.arguments(home)).isEmpty();
    try (var left = Files.list(home)) {
      assertThat(left).containsExactly(home.resolve("classes.list"));
    }
  }

  @Test
  void isUsedFromTheDirectoryInWhichItWasMadeAndNoLongerThanItIsTrusted() throws Exception {
    Path unfinished = home.resolve("classes.unfinished");
    ClassArchive archive = archive("touch", unfinished.toString());
    record(archive);

    archive.make(permits);

    assertThat(started.poll(60, TimeUnit.SECONDS)).isNotNull();
    awaitThatAPlaceIsFree();
    assertThat(archive.arguments(home))
        .contains("-XX:SharedArchiveFile=" + home.resolve("classes.jsa"));
    assertThat(archive.arguments(home.resolveSibling("another"))).isEmpty();
    archive.distrust();
    assertThat(archive.arguments(home)).isEmpty();
  }

  @Test
  void isNotMadeAnyMoreWhenTheExecutorCloses() throws Exception {
    ClassArchive archive = archive("sleep", "600");
    record(archive);
    archive.make(permits);
    Process process = started.poll(60, TimeUnit.SECONDS);

    archive.close();

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    awaitThatAPlaceIsFree();
  }
}
