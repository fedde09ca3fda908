package io.cofferdam.benchmarks.switches;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.FileUtils;

/** A directory with the FIFOs of two players: one for each reader, and one for a player alone. */
final class Fifos implements AutoCloseable {

  /** The name of the FIFO that one player reads and writes. */
  static final String OWN = "OWN";

  private final Path directory = Files.createTempDirectory("cofferdam-fifos-");

  /** Makes the directory; the FIFOs too if there is a program for it. */
  Fifos() throws IOException, InterruptedException {
    if (Program.MKFIFO.isInstalled()) {
      Program.MKFIFO.run(file(Side.FIRST.name()), file(Side.SECOND.name()), file(OWN));
    }
  }

  /** Returns where they are. */
  Path directory() {
    return directory;
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  /** Deletes the directory. */
  @Override
  public void close() {
    FileUtils.deleteQuietly(directory.toFile());
  }
}
