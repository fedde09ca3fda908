package io.cofferdam.benchmarks;

import io.cofferdam.benchmarks.architecture.ArchitectureCommand;
import io.cofferdam.benchmarks.compare.CompareCommand;
import io.cofferdam.benchmarks.compare.NoopCommand;
import io.cofferdam.benchmarks.probe.MemoryCommand;
import io.cofferdam.benchmarks.probe.RecoveryCommand;
import io.cofferdam.benchmarks.probe.StartCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program: a command for each kind of measurement. */
@Command(
    name = "benchmarks",
    description = "Measures what isolation costs.",
    subcommands = {
      ArchitectureCommand.class,
      CompareCommand.class,
      NoopCommand.class,
      StartCommand.class,
      MemoryCommand.class,
      RecoveryCommand.class
    })
public final class Benchmarks implements Runnable {

  @Spec private CommandSpec spec;

  @Option(names = "--help", usageHelp = true, description = "Print this help.")
  boolean help;

  @SuppressWarnings("NullAway.Init") // Picocli sets the specification.
  private Benchmarks() {}

  /** Runs a command; the exit code is not 0 if it fails. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** Returns the parser of the command line. */
  public static CommandLine commandLine() {
    return new CommandLine(new Benchmarks()).setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
