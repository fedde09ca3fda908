package io.cofferdam.internal.process;

import io.cofferdam.internal.log.Log;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * The Java of a home, as its {@code release} file tells: a JVM does not start with a flag that it
 * does not know.
 *
 * @param version its version; 17 where there is no such file, or none that can be read
 * @param build all that the file says, which tells one build from another
 * @param hasGlibc whether it is made for the GNU C library
 */
record JavaRelease(Runtime.Version version, String build, boolean hasGlibc) {

  private static final Log log = Log.of(JavaRelease.class);

  static JavaRelease of(Path javaHome) {
    Properties found = new Properties();
    Path file = javaHome.resolve("release");
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      found.load(reader);
      return new JavaRelease(
          Runtime.Version.parse(value(found, "JAVA_VERSION", "17")),
          value(found, "JAVA_RUNTIME_VERSION", "")
              + " "
              + value(found, "IMPLEMENTOR", "")
              + " "
              + value(found, "OS_ARCH", ""),
          value(found, "LIBC", "").equals("gnu"));
    } catch (IOException | IllegalArgumentException e) {
      log.debug("{} does not tell which Java it is", file, e);
      return new JavaRelease(Runtime.Version.parse("17"), "", false);
    }
  }

  private static String value(Properties found, String name, String missing) {
    return found.getProperty(name, missing).replace("\"", "").trim();
  }

  /** Returns whether its JVM takes classes from an archive as loaded and linked. */
  boolean linksArchivedClasses() {
    return version.feature() >= 24;
  }

  /** Returns whether its JVM can give free native memory back from time to time. */
  boolean trimsNativeHeap() {
    int feature = version.feature();
    boolean known =
        feature >= 22
            || (version.update() >= 10 && feature == 17)
            || (version.update() >= 2 && feature == 21);
    return known && hasGlibc;
  }
}
