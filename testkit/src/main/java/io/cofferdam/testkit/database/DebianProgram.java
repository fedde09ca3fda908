package io.cofferdam.testkit.database;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/**
 * A program of one of Debian's packages: the installed one, else one that is unpacked from the
 * package into a directory of its own. That needs no rights, and changes nothing on the machine.
 *
 * @param path where it is
 * @param libraries where it finds libraries that are not installed; may be empty
 */
public record DebianProgram(Path path, String libraries) {

  private static final List<String> PLACES = List.of("/usr/sbin", "/usr/bin", "/usr/local/bin");

  private static final String UNPACK =
      """
      set -e
      mkdir -p "$1/lists/partial" "$1/archives/partial"
      apt="apt-get -q -y -o Dir::State::lists=$1/lists -o Dir::Cache=$1 -o Debug::NoLocking=true"
      $apt update
      $apt --download-only --no-install-recommends install "$2"
      for package in "$1"/archives/*.deb; do dpkg-deb -x "$package" "$1"; done
      """;

  /** How the system properties begin that say where programs are. */
  private static final String PROPERTY = "cofferdam.testkit.program.";

  private static final Map<String, DebianProgram> UNPACKED = new HashMap<>();

  /**
   * Returns a program. A package is unpacked once in the life of this JVM.
   *
   * @throws IllegalStateException if it is not installed and cannot be unpacked; says why
   */
  public static synchronized DebianProgram find(String debianPackage, String name)
      throws IOException, InterruptedException {
    Optional<DebianProgram> there = installed(name).or(() -> handedOver(name));
    if (there.isPresent()) {
      return there.get();
    }
    DebianProgram unpacked = UNPACKED.get(name);
    if (unpacked == null) {
      unpacked = unpack(debianPackage, name);
      UNPACKED.put(name, unpacked);
    }
    return unpacked;
  }

  /** Returns the program that has the name of its package. */
  static DebianProgram find(String name) throws IOException, InterruptedException {
    return find(name, name);
  }

  /** Returns the program if it is installed. */
  static Optional<DebianProgram> installed(String name) {
    return Stream.concat(Stream.of(System.getenv("PATH").split(":", -1)), PLACES.stream())
        .map(place -> Path.of(place, name))
        .filter(Files::isExecutable)
        .findFirst()
        .map(path -> new DebianProgram(path, ""));
  }

  /**
   * Returns the argument of a JVM that is to find the program where it is now, and not to unpack it
   * again.
   */
  public String jvmArgument() {
    return "-D" + PROPERTY + path.getFileName() + "=" + path + File.pathSeparator + libraries;
  }

  private static Optional<DebianProgram> handedOver(String name) {
    return Optional.ofNullable(System.getProperty(PROPERTY + name))
        .map(place -> place.split(File.pathSeparator, 2))
        .map(parts -> new DebianProgram(Path.of(parts[0]), parts[1]));
  }

  private static DebianProgram unpack(String debianPackage, String name)
      throws IOException, InterruptedException {
    Path directory =
        Files.createTempDirectory(
            "cofferdam-" + name + "-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> FileUtils.deleteQuietly(directory.toFile())));
    Path output = directory.resolve("unpack.log");
    Process unpacking =
        new ProcessBuilder("sh", "-c", UNPACK, "sh", directory.toString(), debianPackage)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean done = unpacking.waitFor() == 0;
    Optional<Path> program =
        Stream.of("usr/sbin", "usr/bin")
            .map(place -> directory.resolve(place).resolve(name))
            .filter(Files::isExecutable)
            .findFirst();
    if (!done || program.isEmpty()) {
      throw new IllegalStateException(
          name
              + " is not installed, and Debian's package of it could not be unpacked. Install it: what"
              + " needs it does not run without it. The attempt said:\n"
              + Files.readString(output));
    }
    StringJoiner libraries = new StringJoiner(":");
    Path lib = directory.resolve("usr/lib");
    if (Files.isDirectory(lib)) {
      try (DirectoryStream<Path> places = Files.newDirectoryStream(lib, "*-linux-*")) {
        places.forEach(place -> libraries.add(place.toString()));
      }
    }
    return new DebianProgram(program.get(), libraries.toString());
  }
}
