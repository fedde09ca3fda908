package io.cofferdam.internal.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.testing.CapturedLog;
import io.cofferdam.testing.OtherUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class PrivateDirectoryTest {

  @RegisterExtension final CapturedLog log = CapturedLog.of(PrivateDirectory.class);

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

  @Nested
  class IsNeverUsedAgainOnceSomethingElseHasItsName {

    @Test
    void aDirectoryOfAnotherUser() throws Exception {
      Path before = directory.path();
      Files.delete(before);
      Files.createDirectory(before, ownerOnly());
      OtherUser.own(before);

      assertNotUsed(before);
    }

    @Test
    void aDirectoryOfThisUser() throws IOException {
      Path before = directory.path();
      Path hostage = Files.move(before, before.resolveSibling(before.getFileName() + "-moved"));
      Files.createDirectory(before, ownerOnly());

      assertNotUsed(before);

      Files.delete(hostage);
    }

    @Test
    void aLinkToADirectoryOfThisUser() throws IOException {
      Path before = directory.path();
      Path moved = Files.move(before, before.resolveSibling(before.getFileName() + "-moved"));
      Files.createSymbolicLink(before, moved);

      assertNotUsed(before);

      Files.delete(moved);
    }

    @Test
    void aFile() throws IOException {
      Path before = directory.path();
      Files.delete(before);
      Files.createFile(before);

      assertNotUsed(before);
    }

    @Test
    void itselfWhenOthersMayEnterIt() throws IOException {
      Path before = directory.path();
      Files.setPosixFilePermissions(before, PosixFilePermissions.fromString("rwxr-x---"));

      assertNotUsed(before);
    }

    private void assertNotUsed(Path before) throws IOException {
      assertThat(directory.path()).isDirectory().isNotEqualTo(before);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path())))
          .isEqualTo("rwx------");
      Files.delete(before);
    }
  }

  @Nested
  class RemovesNothing {

    @Test
    void ofAnotherDirectoryWithItsName() throws IOException {
      Path path = directory.path();
      Path moved = Files.move(path, path.resolveSibling(path.getFileName() + "-moved"));
      Files.createDirectory(path, ownerOnly());
      Path file = Files.createFile(path.resolve("precious"));

      directory.remove();

      assertThat(file).exists();
      Files.delete(file);
      Files.delete(path);
      Files.delete(moved);
    }

    @Test
    void behindALinkWithItsName(@TempDir Path elsewhere) throws IOException {
      Path path = directory.path();
      Files.delete(path);
      Path file = Files.createFile(elsewhere.resolve("precious"));
      Files.createSymbolicLink(path, elsewhere);

      assertThatThrownBy(directory::remove).isInstanceOf(IOException.class);

      assertThat(file).exists();
      Files.delete(path);
    }
  }

  @Test
  void warnsOfAParentInWhichOthersCanRenameIt(@TempDir Path parent) throws Exception {
    Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxrwxrwx"));
    String before = System.setProperty("java.io.tmpdir", parent.toString());
    try {
      new PrivateDirectory().remove();
    } finally {
      System.setProperty("java.io.tmpdir", before);
    }

    assertThat(log.messages())
        .anySatisfy(message -> assertThat(message).contains(parent.toString(), "sticky"));
  }

  private static FileAttribute<?> ownerOnly() {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
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

  @Test
  void keepsTheLatestFatalErrorLogsAlone() throws IOException {
    Path path = directory.path();
    for (int i = 1; i <= 52; i++) {
      Path log = Files.createFile(path.resolve("hs_err_pid" + (1_000 - i) + ".log"));
      Files.setLastModifiedTime(log, FileTime.fromMillis(i * 1_000_000L));
    }
    Files.createFile(path.resolve("w1"));

    directory.limitFatalErrorLogs();

    assertThat(path.toFile().list())
        .hasSize(51)
        .contains("hs_err_pid997.log", "hs_err_pid948.log", "w1");
    FileUtils.cleanDirectory(path.toFile());
  }
}
