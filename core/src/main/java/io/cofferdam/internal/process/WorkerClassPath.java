package io.cofferdam.internal.process;

import io.cofferdam.internal.config.ExecutorConfig;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the class path for workers: the configured one, or the application's, if a plain {@code
 * java} can use that. Where it cannot, it says exactly what to do.
 */
public final class WorkerClassPath {

  private WorkerClassPath() {}

  /**
   * Returns the absolute entries.
   *
   * @throws IllegalStateException if the application's classes are where a plain JVM does not find
   *     them: in a Spring Boot jar, or on the module path
   */
  public static List<Path> of(ExecutorConfig config) {
    List<Path> configured = config.workerJvm().classPath();
    if (configured != null) {
      return configured;
    }
    if (WorkerClassPath.class.getModule().isNamed()) {
      throw new IllegalStateException(
          "Cofferdam is on the module path, which its workers cannot use yet; give them the same"
              + " jars as a class path: workerClassPath("
              + "Stream.of(System.getProperty(\"jdk.module.path\").split(File.pathSeparator))"
              + ".map(Path::of).toList()), naming each jar");
    }
    String classPath = System.getProperty("java.class.path", "");
    refuseNestedJars(classPath);
    return Stream.of(classPath.split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry).toAbsolutePath())
        .toList();
  }

  private static void refuseNestedJars(String classPath) {
    if (location() != null && !isSpringBootJar(classPath)) {
      return;
    }
    throw new IllegalStateException(
        "Cofferdam is inside a jar of jars ("
            + classPath
            + "), where a plain JVM does not find it; for a Spring Boot jar, extract it and start"
            + " that: 'java -Djarmode=tools -jar "
            + classPath
            + " extract' and 'java -jar <the extracted jar>'; or give the workers a class path of"
            + " plain jars with workerClassPath(...)");
  }

  private static boolean isSpringBootJar(String classPath) {
    if (!classPath.endsWith(".jar") || classPath.contains(File.pathSeparator)) {
      return false;
    }
    try (JarFile jar = new JarFile(classPath)) {
      return jar.getEntry("BOOT-INF/lib/") != null;
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns the plain file or directory that Cofferdam was loaded from, or null. */
  private static @Nullable Path location() {
    CodeSource source = WorkerClassPath.class.getProtectionDomain().getCodeSource();
    URL url = source == null ? null : source.getLocation();
    if (url == null || !url.getProtocol().equals("file")) {
      return null;
    }
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
      return null;
    }
  }
}
