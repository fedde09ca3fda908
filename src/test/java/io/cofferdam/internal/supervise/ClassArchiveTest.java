package io.cofferdam.internal.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cofferdam.internal.ExecutorConfigs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClassArchiveTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final PrivateDirectory directory = new PrivateDirectory();
  private final Path home = directory.path();
  private final Seats places = new Seats(1);
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
        });
  }

  private void awaitThatAPlaceIsFree() {
    await("the place that the archive has taken")
        .atMost(PATIENCE)
        .until(
            () -> {
              Seats.Waiter waiter = () -> {};
              return places.takeOrWait(waiter) || !places.withdraw(waiter);
            });
  }

  @Test
  void isRecordedByOneWorker() {
    ClassArchive archive = archive("true");

    assertThat(archive.arguments(home))
        .containsExactly("-XX:DumpLoadedClassList=" + home.resolve("classes.list"));
    assertThat(archive.arguments(home)).isEmpty();
  }

  @Test
  void isNotThereIfItsProcessFails() throws Exception {
    ClassArchive archive = archive("false");
    List<String> unused = archive.arguments(home);

    archive.make(places);

    assertThat(started.poll(60, TimeUnit.SECONDS)).isNotNull();
    awaitThatAPlaceIsFree();
    assertThat(archive.arguments(home)).isEmpty();
    try (var left = Files.list(home)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void isUsedFromTheDirectoryInWhichItWasMadeAndNoLongerThanItIsTrusted() throws Exception {
    Path unfinished = home.resolve("classes.unfinished");
    ClassArchive archive = archive("touch", unfinished.toString());
    List<String> unused = archive.arguments(home);

    archive.make(places);

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
    List<String> unused = archive.arguments(home);
    archive.make(places);
    Process process = started.poll(60, TimeUnit.SECONDS);

    archive.close();

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    awaitThatAPlaceIsFree();
  }
}
