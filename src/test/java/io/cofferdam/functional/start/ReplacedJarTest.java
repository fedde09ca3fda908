package io.cofferdam.functional.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.WorkerCrashedException;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers of one executor run the same code, also where the class path names it indirectly. */
@Tag("process")
class ReplacedJarTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void ofAManifestsClassPathKeepsNewWorkersFromStarting(@TempDir Path directory) throws Exception {
    Path lib = directory.resolve("lib.jar");
    writeJar(lib, new Manifest(), "answer", "one");
    Path app = directory.resolve("app.jar");
    writeJar(app, manifestNaming("lib.jar"), "app", "");

    try (TransactionExecutor executor =
            TestExecutors.plain(Databases.fresh(DatabaseKind.H2))
                .workers(1)
                .warmSpares(0)
                .workerClassPath(List.of(app))
                .build();
        TransactionClient client = executor.client("reader")) {
      assertThat(client.<String, Exception>execute(connection -> read("answer"))).isEqualTo("one");

      writeJar(lib, new Manifest(), "answer", "two and more");
      assertThatThrownBy(() -> client.run(connection -> Runtime.getRuntime().halt(3)))
          .isInstanceOf(WorkerCrashedException.class);

      await("the refusal of the next worker")
          .atMost(PATIENCE)
          .until(() -> executor.snapshot().lastStartFailure().isPresent());
      assertThat(executor.snapshot().lastStartFailure().orElseThrow())
          .contains("class path has changed", lib.toString(), "bytes");
    }
  }

  private static String read(String resource) throws IOException {
    try (var in = ReplacedJarTest.class.getClassLoader().getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Returns a manifest that names a jar and everything that this JVM has. */
  private static Manifest manifestNaming(String jar) {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    String ours =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .map(entry -> Path.of(entry).toUri().toString())
            .collect(Collectors.joining(" "));
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, jar + " " + ours);
    return manifest;
  }

  private static void writeJar(Path jar, Manifest manifest, String entry, String content)
      throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out, manifest)) {
      entries.putNextEntry(new JarEntry(entry));
      entries.write(content.getBytes(StandardCharsets.UTF_8));
    }
  }
}
