package io.cofferdam.internal.process;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.testing.OtherUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("any-jdk")
@Tag("process")
class ArchiveCacheTest {

  private Path above;
  private Path directory;
  private Path archive;

  @BeforeEach
  void use(@TempDir Path temporary) throws IOException {
    Path real = temporary.toRealPath();
    above = Files.createDirectory(real.resolve("cache"));
    directory = above.resolve("cofferdam");
    archive = Files.writeString(real.resolve("made.jsa"), "classes");
    mode(above, "rwxr-xr-x");
  }

  private static void mode(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private @Nullable ArchiveCache opened() {
    return ArchiveCache.open(directory, "k");
  }

  private ArchiveCache cache(String key) {
    return requireNonNull(ArchiveCache.open(directory, key));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Nested
  class ItsDirectory {

    @Test
    void isMadeForThisUserAlone() throws IOException {
      Files.delete(above);

      assertThat(opened()).isNotNull();

      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
          .isEqualTo("rwx------");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxr-xr-x", "rwx--x---", "rwxrwx---", "r-x------"})
    void isNotUsedIfOthersMayEnterIt(String permissions) throws IOException {
      Files.createDirectory(directory);
      mode(directory, permissions);

      assertThat(opened()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwxr-x", "rwxr-xrwx"})
    void isNotUsedIfOthersCanPutAnotherInItsPlace(String permissions) throws IOException {
      mode(above, permissions);

      assertThat(opened()).isNull();
    }

    @Test
    void isNotUsedIfItIsAnotherUsers() throws IOException {
      assertThat(opened()).isNotNull();
      OtherUser.own(directory);

      assertThat(opened()).isNull();
    }

    @Test
    void isNotUsedIfTheOneAboveIsAnotherUsers() throws IOException {
      OtherUser.own(above);

      assertThat(opened()).isNull();
    }

    @Test
    void isNotUsedIfItIsALink() throws IOException {
      Path elsewhere = Files.createDirectory(above.resolve("elsewhere"));
      mode(elsewhere, "rwx------");
      Files.createSymbolicLink(directory, elsewhere);

      assertThat(opened()).isNull();
    }

    @Test
    void isNotUsedIfItCannotBeMade() throws IOException {
      Files.createFile(directory);
      assertThat(opened()).isNull();

      assertThat(ArchiveCache.open(Path.of("/proc/none/cofferdam"), "k")).isNull();
      assertThat(ArchiveCache.open(Path.of("/"), "k")).isNull();
      assertThat(ArchiveCache.open(null, "k")).isNull();
    }

    @Test
    void isNotTrustedAnyMoreOnceOthersMayEnterIt() throws IOException {
      ArchiveCache cache = cache("k");
      assertThat(cache.isTrusted()).isTrue();

      mode(directory, "rwxrwxrwx");

      assertThat(cache.isTrusted()).isFalse();
    }
  }

  @Nested
  class AnArchive {

    @Test
    void isFoundByTheNextOneWithTheSameKey() throws IOException {
      Path kept = cache("k").keep(archive);

      assertThat(cache("k").find()).isEqualTo(kept).hasContent("classes");
      assertThat(cache("other").find()).isNull();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
          .isEqualTo("rw-------");
    }

    @Test
    void isRemovedIfItIsNotAsItWasMade() throws IOException {
      Path kept = cache("k").keep(archive);
      Files.writeString(kept, "damaged");

      assertThat(cache("k").find()).isNull();

      assertThat(kept).doesNotExist();
    }

    @Test
    void isNoLinkAndNoPipe() throws Exception {
      Path kept = cache("k").keep(archive);
      Files.delete(kept);
      Files.createSymbolicLink(kept, archive);
      assertThat(cache("k").find()).isNull();

      assertThat(new ProcessBuilder("mkfifo", kept.toString()).start().waitFor()).isZero();
      assertThat(cache("k").find()).isNull();
    }

    @Test
    void staysUnlessItIsOneOfMany() throws IOException {
      for (int i = 0; i < 12; i++) {
        Path kept = cache("k" + i + "k").keep(archive);
        Files.setLastModifiedTime(kept, FileTime.fromMillis(1_000_000L * (i + 1)));
      }

      assertThat(files()).hasSize(8);
      assertThat(cache("k11k").find()).isNotNull();
      assertThat(cache("k0k").find()).isNull();
    }

    @Test
    void thatWasNeverFinishedIsRemovedSomeTime() throws IOException {
      ArchiveCache cache = cache("k");
      Path old = Files.createFile(directory.resolve("a.unfinished"));
      Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
      Path recent = Files.createFile(directory.resolve("b.unfinished"));

      Path kept = cache.keep(archive);

      assertThat(files()).containsExactlyInAnyOrder(kept, recent);
    }
  }
}
