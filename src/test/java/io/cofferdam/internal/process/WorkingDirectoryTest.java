package io.cofferdam.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkingDirectoryTest {

  private Path parent;
  private Path fallback;
  private Path link;

  @BeforeEach
  void create(@TempDir Path parent) throws IOException {
    this.parent = parent;
    fallback = Files.createDirectory(parent.resolve("private"));
    link = parent.resolve("cwd");
  }

  private @Nullable File chosen() {
    ProcessBuilder builder = new ProcessBuilder("true");
    new WorkingDirectory(link).set(builder, fallback);
    return builder.directory();
  }

  @Test
  void isInheritedWhileItIsThere() throws IOException {
    Files.createSymbolicLink(link, Files.createDirectory(parent.resolve("here")));

    assertThat(chosen()).isNull();
  }

  @Test
  void isInheritedEvenIfItIsNamedAsIfItWereRemoved() throws IOException {
    Files.createSymbolicLink(link, Files.createDirectory(parent.resolve("here (deleted)")));

    assertThat(chosen()).isNull();
  }

  @Test
  void isInheritedWhereNothingTellsWhichItIs() {
    assertThat(chosen()).isNull();
  }

  @Test
  void isThePrivateDirectoryIfItWasRemoved() throws IOException {
    Files.createSymbolicLink(link, parent.resolve("gone (deleted)"));

    assertThat(chosen()).isEqualTo(fallback.toFile());
  }

  @Test
  void isWhatTookItsPlaceIfThereIsSuchADirectory() throws IOException {
    Path again = Files.createDirectory(parent.resolve("again"));
    Files.createSymbolicLink(link, parent.resolve("again (deleted)"));

    assertThat(chosen()).isEqualTo(again.toFile());
  }
}
