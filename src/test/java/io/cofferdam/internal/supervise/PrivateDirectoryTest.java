package io.cofferdam.internal.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PrivateDirectoryTest {

  private final PrivateDirectory directory = new PrivateDirectory();

  @AfterEach
  void remove() throws IOException {
    Files.deleteIfExists(directory.path().resolve("hs_err_pid1.log"));
    directory.remove();
  }

  @Test
  void canBeEnteredByItsOwnerAlone() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path())))
        .isEqualTo("rwx------");
    assertThat(directory.owner()).isEqualTo(Files.getOwner(directory.path()));
  }

  @Test
  void isShortEnoughForASocket() {
    Path socket = directory.path().resolve("w1000000000");

    assertThat(socket.toString().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(103);
    assertThat(socket).isAbsolute();
  }

  @Test
  void isMadeAnewWhenACleanerRemovedIt() throws IOException {
    Path before = directory.path();
    Files.delete(before);

    Path after = directory.path();

    assertThat(after).isDirectory().isNotEqualTo(before);
    assertThat(directory.path()).isEqualTo(after);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(after)))
        .isEqualTo("rwx------");
  }

  @Test
  void isRemovedWithWhatItHolds() throws IOException {
    Path path = directory.path();
    Files.createFile(path.resolve("w1"));
    Files.createFile(path.resolve("classpath"));

    directory.remove();

    assertThat(path).doesNotExist();
    directory.remove();
  }

  @Test
  void isKeptForTheSakeOfAFatalErrorLog() throws IOException {
    Path path = directory.path();
    Files.createFile(path.resolve("w1"));
    Files.createFile(path.resolve("hs_err_pid1.log"));

    directory.remove();

    assertThat(path.toFile().list()).containsExactly("hs_err_pid1.log");
  }
}
