package io.cofferdam.internal.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.internal.config.ExecutorConfigs;
import io.cofferdam.internal.wire.JvmDefaults;
import io.cofferdam.testkit.process.WorkerProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A launch that fails, by whatever throwable, leaves nothing behind. */
class LauncherTest {

  private final PrivateDirectory directory = new PrivateDirectory();

  @AfterEach
  void remove() throws IOException {
    directory.remove();
  }

  private Launcher launcher(Launcher.Starter starter) {
    return new Launcher(
        ExecutorConfigs.withMemory(1, 0, 64 << 20),
        directory,
        starter,
        List.of(),
        JvmDefaults.current(),
        new SecureRandom());
  }

  static Stream<Throwable> failures() {
    return Stream.of(
        new IOException("error=11, Resource temporarily unavailable"),
        new OutOfMemoryError("unable to create native thread"),
        new NoClassDefFoundError("jdk/net/ExtendedSocketOptions"),
        new UnsupportedOperationException("no such permissions"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void removesWhatWasMadeBeforeTheProcess(Throwable failure) throws IOException {
    Launcher launcher =
        launcher(
            builder -> {
              assertThat(sockets()).as("the socket when the process is started").hasSize(1);
              throw sneak(failure);
            });

    assertThatThrownBy(() -> launcher.launch(1, new LinkSelector())).isSameAs(failure);

    assertNothingIsLeft();
  }

  @Test
  void endsAProcessThatCannotBeWatched() throws IOException {
    OutOfMemoryError failure = new OutOfMemoryError("unable to create native thread");
    FakeProcess process = new FakeProcess("");
    process.refuseToBeWatched(failure);

    assertThatThrownBy(() -> launcher(builder -> process).launch(1, new LinkSelector()))
        .isSameAs(failure);

    assertThat(process.isAlive()).isFalse();
    assertNothingIsLeft();
  }

  private void assertNothingIsLeft() throws IOException {
    assertThat(sockets()).isEmpty();
    String ours = String.valueOf(directory.path().getFileName());
    assertThat(WorkerProcesses.recorderFiles())
        .noneMatch(file -> file.getFileName().toString().contains(ours));
  }

  private List<Path> sockets() throws IOException {
    try (Stream<Path> files = Files.list(directory.path())) {
      return files.filter(file -> file.getFileName().toString().matches("w\\d+")).toList();
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> RuntimeException sneak(Throwable failure) throws T {
    throw (T) failure;
  }
}
