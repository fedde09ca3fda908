package io.cofferdam.testkit.database;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
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
record DebianProgram(Path path, String libraries) {

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

  /** Returns the program that has the name of its package. */
  static DebianProgram find(String name) throws IOException, InterruptedException {
    Optional<DebianProgram> installed = installed(name);
    return installed.isPresent() ? installed.get() : unpack(name);
  }

  /** Returns the program if it is installed. */
  static Optional<DebianProgram> installed(String name) {
    return Stream.concat(Stream.of(System.getenv("PATH").split(":", -1)), PLACES.stream())
        .map(place -> Path.of(place, name))
        .filter(Files::isExecutable)
        .findFirst()
        .map(path -> new DebianProgram(path, ""));
  }

  private static DebianProgram unpack(String name) throws IOException, InterruptedException {
    Path directory =
        Files.createTempDirectory(
            "cofferdam-" + name + "-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> FileUtils.deleteQuietly(directory.toFile())));
    Path output = directory.resolve("unpack.log");
    Process unpacking =
        new ProcessBuilder("sh", "-c", UNPACK, "sh", directory.toString(), name)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    Path program = directory.resolve("usr/sbin").resolve(name);
    if (unpacking.waitFor() != 0 || !Files.isExecutable(program)) {
      throw new IllegalStateException(
          name
              + " is not installed, and Debian's package of it could not be unpacked. This test"
              + " does not pass without it: install it. The attempt said:\n"
              + Files.readString(output));
    }
    StringJoiner libraries = new StringJoiner(":");
    try (DirectoryStream<Path> places =
        Files.newDirectoryStream(directory.resolve("usr/lib"), "*-linux-*")) {
      places.forEach(place -> libraries.add(place.toString()));
    }
    return new DebianProgram(program, libraries.toString());
  }
}
