package io.cofferdam.examples.bank;

import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.tpcb.TpcBState;
import io.cofferdam.testkit.tpcb.TpcBTables;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The bank demo's program. It loads a bank into PostgreSQL, lets thousands of clients work with it
 * on a handful of workers, kills a busy worker every second, and audits the database afterwards.
 *
 * <pre>{@code
 * mvn -q -B -DskipTests package && java -jar examples/target/bank.jar
 * }</pre>
 *
 * <p>The exit code is 0 if the audit passed, 1 if it or the program failed, and 2 for bad flags.
 */
@Command(
    name = "bank",
    sortOptions = false,
    usageHelpAutoWidth = true,
    description =
        "Runs TPC-B transactions of many clients on few worker processes, kills busy workers, and"
            + " audits the database: was every client told the truth?%n")
public final class BankDemo implements Callable<Integer> {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration ANSWERS_WITHIN = TIMEOUT.plusSeconds(10);

  private final PrintStream out = System.out;

  @Mixin private final BankOptions options = new BankOptions();

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  private BankDemo() {}

  /** Runs the demo; {@code --help} prints the flags. */
  public static void main(String[] args) {
    CommandLine command = new CommandLine(new BankDemo());
    command.setParameterExceptionHandler(
        (problem, given) -> {
          problem.getCommandLine().getErr().println(problem.getMessage() + " (see --help)");
          return ExitCode.USAGE;
        });
    command.setExecutionExceptionHandler(
        (failure, line, given) -> {
          line.getErr().println("bank: " + failure.getMessage());
          return ExitCode.SOFTWARE;
        });
    System.exit(command.execute(args));
  }

  @Override
  public Integer call() throws Exception {
    options.check(spec.commandLine());
    try (StopSignal stop = StopSignal.install();
        BankDatabase database = openDatabase()) {
      load(database);
      RunResult run = run(database, stop);
      if (stop.requested()) {
        out.println("Stopped; nothing was audited.");
        return ExitCode.SOFTWARE;
      }
      return audit(run, database);
    }
  }

  private BankDatabase openDatabase() {
    if (options.jdbcUrl != null) {
      return BankDatabase.existing(options.jdbcUrl, options.username, options.password);
    }
    out.println("Starting PostgreSQL ...");
    return BankDatabase.embedded();
  }

  private void load(BankDatabase database) throws SQLException {
    out.printf("Loading %,d accounts ...%n", TpcBTables.ACCOUNTS);
    try (Connection connection = database.connect()) {
      TpcBTables.recreate(connection, DatabaseKind.POSTGRESQL);
    }
  }

  private RunResult run(BankDatabase database, StopSignal stop)
      throws InterruptedException, SQLException {
    try (CommitWatch commits = new CommitWatch(database.connect());
        TransactionExecutor executor = executor(database)) {
      out.printf(
          "%,d clients on %d workers for %d s%n",
          options.clients, executor.snapshot().configuredWorkers(), options.seconds);
      return new BankRun(executor, commits, options, stop, out).run(ANSWERS_WITHIN);
    }
  }

  private TransactionExecutor executor(BankDatabase database) {
    TransactionExecutorBuilder builder =
        TransactionExecutor.builder()
            .name("bank")
            .jdbcUrl(database.jdbcUrl())
            .timeout(TIMEOUT)
            .outcomeTracking(options.tracking)
            .shutdownTimeout(Duration.ofSeconds(1))
            .maxQueued(options.clients);
    if (database.username() != null) {
      builder.username(database.username());
    }
    if (database.password() != null) {
      builder.password(database.password());
    }
    if (options.workers != null) {
      builder.workers(options.workers);
    }
    return builder.build();
  }

  private int audit(RunResult run, BankDatabase database) throws SQLException {
    try (Connection connection = database.connect()) {
      TpcBState bank = TpcBTables.read(connection);
      List<String> reasons = Audit.judge(run, bank, options.tracking);
      new Report(out).print(run, bank, reasons);
      return reasons.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }
}
