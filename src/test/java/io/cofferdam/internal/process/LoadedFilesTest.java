package io.cofferdam.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadedFilesTest {

  private Path directory;

  @BeforeEach
  void use(@TempDir Path directory) {
    this.directory = directory;
  }

  private Path jar(String name, String attribute, String value) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue(attribute, value);
    Path jar = directory.resolve(name);
    Files.createDirectories(jar.getParent());
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    return jar;
  }

  private List<Path> found(Path... classPath) {
    return LoadedFiles.of(List.of(classPath), List.of());
  }

  @Test
  void areTheEntriesOfTheClassPathInOrder() {
    assertThat(found(Path.of("/b"), Path.of("/a.jar")))
        .containsExactly(Path.of("/b"), Path.of("/a.jar"));
  }

  @Test
  void areWhatManifestsNameHoweverDeep() throws IOException {
    Path app = jar("app.jar", "Class-Path", "lib/a.jar lib/missing.jar classes/");
    Path a = jar("lib/a.jar", "Class-Path", "b.jar ../app.jar");
    Path b = jar("lib/b.jar", "Class-Path", "");

    assertThat(found(app))
        .containsExactlyInAnyOrder(
            app, a, b, directory.resolve("lib/missing.jar"), directory.resolve("classes"));
  }

  @Test
  void areFoundByUrlsAsTheJvmReadsThem() throws IOException {
    Path absolute = jar("else/x.jar", "Created-By", "test");
    Path app =
        jar(
            "my app.jar",
            "Class-Path",
            "a%20b.jar c+d.jar " + absolute.toUri() + " http://example.org/x.jar %zz");

    assertThat(found(app))
        .containsExactlyInAnyOrder(
            app, directory.resolve("a b.jar"), directory.resolve("c+d.jar"), absolute);
  }

  @Test
  void areWhatAnIndexNames() throws IOException {
    Path app = directory.resolve("app.jar");
    try (OutputStream out = Files.newOutputStream(app);
        JarOutputStream jar = new JarOutputStream(out)) {
      jar.putNextEntry(new JarEntry("META-INF/INDEX.LIST"));
      jar.write("JarIndex-Version: 1.0\n\nlib/x.jar\ncom/x\n".getBytes(StandardCharsets.UTF_8));
    }

    assertThat(found(app)).containsExactly(app, directory.resolve("lib/x.jar"));
  }

  @Test
  void areWhatJvmArgumentsAdd() throws IOException {
    Path agent = jar("agent.jar", "Boot-Class-Path", "boot.jar");
    List<String> arguments =
        List.of(
            "-javaagent:" + agent + "=port=1",
            "-agentpath:/lib/native.so=x",
            "-Xbootclasspath/a:/x.jar:/y.jar",
            "--patch-module=java.base=/patch.jar",
            "--upgrade-module-path=/modules",
            "-Dsome=/thing.jar");

    assertThat(LoadedFiles.of(List.of(Path.of("/app.jar")), arguments))
        .containsExactlyInAnyOrder(
            Path.of("/app.jar"),
            agent,
            directory.resolve("boot.jar"),
            Path.of("/lib/native.so"),
            Path.of("/x.jar"),
            Path.of("/y.jar"),
            Path.of("/patch.jar"),
            Path.of("/modules"));
  }

  @Test
  void includeWhatIsNoJarAndCannotNameOthers() throws IOException {
    Path broken = Files.writeString(directory.resolve("broken.jar"), "no zip");

    assertThat(found(broken)).containsExactly(broken);
  }
}
