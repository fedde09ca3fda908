package io.cofferdam.internal.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.internal.config.ExecutorConfigs;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerClassPathTest {

  private final String ours = System.getProperty("java.class.path");

  @AfterEach
  void restore() {
    System.setProperty("java.class.path", ours);
  }

  private static Path jar(Path file, String... entries) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out)) {
      for (String entry : entries) {
        jar.putNextEntry(new JarEntry(entry));
        jar.closeEntry();
      }
    }
    return file;
  }

  private static List<Path> found() {
    return WorkerClassPath.of(ExecutorConfigs.withClassPath(null));
  }

  @Test
  void isTheConfiguredOne() {
    List<Path> configured = List.of(Path.of("/x.jar"));

    assertThat(WorkerClassPath.of(ExecutorConfigs.withClassPath(configured))).isEqualTo(configured);
  }

  @Test
  void isTheApplicationsInItsOrder() {
    assertThat(found().stream().map(Path::toString))
        .containsExactlyElementsOf(
            List.of(ours.split(File.pathSeparator)).stream()
                .filter(entry -> !entry.isEmpty())
                .toList());
  }

  @Test
  void isAbsolute() {
    System.setProperty("java.class.path", "lib/a.jar" + File.pathSeparator + "/b.jar");

    assertThat(found()).containsExactly(Path.of("lib/a.jar").toAbsolutePath(), Path.of("/b.jar"));
  }

  @Test
  void mayBeAPlainJar(@TempDir Path directory) throws IOException {
    Path plain = jar(directory.resolve("app.jar"), "com/", "com/example/App.class");
    System.setProperty("java.class.path", plain.toString());

    assertThat(found()).containsExactly(plain);
  }

  @Test
  void cannotBeASpringBootJar(@TempDir Path directory) throws IOException {
    Path boot = jar(directory.resolve("app.jar"), "BOOT-INF/", "BOOT-INF/lib/", "BOOT-INF/lib/x");
    System.setProperty("java.class.path", boot.toString());

    assertThatThrownBy(WorkerClassPathTest::found)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("java -Djarmode=tools -jar " + boot + " extract")
        .hasMessageContaining("workerClassPath(...)");
  }
}
