package io.cofferdam.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavaReleaseTest {

  private Path home;

  @BeforeEach
  void use(@TempDir Path home) {
    this.home = home;
  }

  private JavaRelease with(String... lines) throws IOException {
    Files.writeString(home.resolve("release"), String.join("\n", lines));
    return JavaRelease.of(home);
  }

  @ParameterizedTest
  @CsvSource({
    "17.0.9, gnu, false",
    "17.0.15, gnu, true",
    "17.0.15, musl, false",
    "19.0.2, gnu, false",
    "21, gnu, false",
    "21.0.2, gnu, true",
    "22, gnu, true",
    "25.0.3, gnu, true"
  })
  void knowsWhichTrimTheNativeHeap(String version, String libc, boolean trims) throws IOException {
    JavaRelease java = with("JAVA_VERSION=\"" + version + "\"", "LIBC=\"" + libc + "\"");

    assertThat(java.trimsNativeHeap()).isEqualTo(trims);
  }

  @Test
  void isTheOldestWhereTheFileIsMissing() {
    JavaRelease java = JavaRelease.of(home);

    assertThat(java.version().feature()).isEqualTo(17);
    assertThat(java.trimsNativeHeap()).isFalse();
  }

  @Test
  void isTheOldestWhereTheFileIsNotUnderstood() throws IOException {
    assertThat(with("JAVA_VERSION=\"next\"").version().feature()).isEqualTo(17);
  }
}
