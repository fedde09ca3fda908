package io.cofferdam.benchmarks;

import io.cofferdam.benchmarks.compare.CompareCommand;
import io.cofferdam.benchmarks.compare.ContestantCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program: a command for each kind of measurement. */
@Command(
    name = "benchmarks",
    mixinStandardHelpOptions = true,
    description = "Measures what isolation costs.",
    subcommands = {CompareCommand.class, ContestantCommand.class})
public final class Benchmarks implements Runnable {

  @Spec private CommandSpec spec;

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
