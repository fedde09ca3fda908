package io.cofferdam.benchmarks.switches;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A program of the system that runs for a moment. */
enum Program {
  /** Makes FIFOs. */
  MKFIFO("mkfifo"),
  /** Tells the kernel on which processors a thread may run. */
  TASKSET("taskset");

  private final String file;

  Program(String file) {
    this.file = file;
  }

  /** Tells whether this machine has it. */
  boolean isInstalled() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(File.pathSeparator, -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, file)));
  }

  /**
   * Runs it.
   *
   * @throws IOException if it fails; has what it printed
   */
  void run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(file));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " has failed: " + printed);
    }
  }
}
