package io.cofferdam.testing;

import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.internal.boot.WorkerProgram;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/**
 * Saves a third of the processor time that the start of a worker takes, which the tests do most:
 * the class path has only what tasks of tests need, all of it in jars, and the JVM takes its
 * classes from an archive. Jars and archives are made once in a test JVM, when first asked for.
 */
final class LeanWorkers {

  private static final List<Class<?>> NEEDED =
      List.of(
          WorkerProgram.class,
          LeanWorkers.class,
          Sql.class,
          org.slf4j.Logger.class,
          org.postgresql.Driver.class,
          org.mariadb.jdbc.Driver.class,
          org.h2.Driver.class,
          org.assertj.core.api.Assertions.class,
          com.google.common.base.Preconditions.class,
          com.github.benmanes.caffeine.cache.Ticker.class,
          org.awaitility.Awaitility.class,
          org.hamcrest.Matcher.class);

  private static final LeanWorkers SHARED = new LeanWorkers();

  private final Map<DatabaseKind, Path> archives = new EnumMap<>(DatabaseKind.class);
  private final Path directory;
  private final List<Path> classPath = new ArrayList<>();

  private LeanWorkers() {
    try {
      directory = Files.createTempDirectory("cofferdam-workers-");
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> FileUtils.deleteQuietly(directory.toFile())));
      for (Class<?> type : NEEDED) {
        Path home = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        classPath.add(Files.isDirectory(home) ? pack(home) : home);
      }
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("the class path of workers cannot be made", e);
    }
  }

  /** Returns the class path for workers of tests. */
  static List<Path> classPath() {
    return SHARED.classPath;
  }

  /** Returns the JVM arguments for workers on a database. */
  static List<String> jvmArguments(TestDatabase database) {
    return List.of("-XX:SharedArchiveFile=" + SHARED.archive(database));
  }

  private synchronized Path archive(TestDatabase database) {
    return archives.computeIfAbsent(database.kind(), kind -> makeArchive(database));
  }

  private Path makeArchive(TestDatabase database) {
    Path classes = directory.resolve(database.kind() + ".classes");
    Path archive = directory.resolve(database.kind() + ".jsa");
    try {
      rehearse(database, "-XX:DumpLoadedClassList=" + classes);
      Path output = directory.resolve(database.kind() + ".log");
      Process dump =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin/java").toString(),
                  "-Xshare:dump",
                  "-XX:SharedClassListFile=" + classes,
                  "-XX:SharedArchiveFile=" + archive,
                  "-XX:+UseSerialGC",
                  "-cp",
                  classPath.stream()
                      .map(Path::toString)
                      .collect(Collectors.joining(File.pathSeparator)))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (dump.waitFor() != 0) {
        throw new IOException(Files.readString(output));
      }
      return archive;
    } catch (IOException | SQLException | InterruptedException e) {
      throw new IllegalStateException("the class archive of workers cannot be made", e);
    }
  }

  /** Has a worker with a JVM argument do what most workers do. */
  private static void rehearse(TestDatabase database, String jvmArgument) throws SQLException {
    try (TransactionExecutor executor =
            TestExecutors.withJars(database)
                .workerJvmArgs(jvmArgument)
                .workers(1)
                .warmSpares(0)
                .build();
        TransactionClient client = executor.client("rehearsal")) {
      for (int i = 0; i < 3; i++) {
        int number = i;
        client.execute(
            connection -> {
              try (PreparedStatement query = connection.prepareStatement("SELECT ?")) {
                query.setInt(1, number);
                query.executeQuery().close();
              }
              return Sql.number(connection, "SELECT 1");
            });
      }
    }
  }

  private Path pack(Path classes) throws IOException {
    Path jar = Files.createTempFile(directory, classes.getFileName().toString(), ".jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        entries.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, entries);
        entries.closeEntry();
      }
    }
    return jar;
  }
}
