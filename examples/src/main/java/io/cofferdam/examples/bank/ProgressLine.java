package io.cofferdam.examples.bank;

import io.cofferdam.ExecutorSnapshot;
import io.cofferdam.TransactionExecutor;
import java.io.PrintStream;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;

/** Tells every second how the run goes: on a terminal in one line, elsewhere line by line. */
final class ProgressLine {

  private final TransactionExecutor executor;
  private final AnswerLog log;
  private final WorkerKiller killer;
  private final PrintStream out;
  private final boolean rewrites = Ansi.AUTO.enabled();

  private int second;
  private long succeededBefore;

  ProgressLine(TransactionExecutor executor, AnswerLog log, WorkerKiller killer, PrintStream out) {
    this.executor = executor;
    this.log = log;
    this.killer = killer;
    this.out = out;
  }

  /** Prints the state of the run; to be called once a second. */
  void print() {
    ExecutorSnapshot now = executor.snapshot();
    long succeeded = log.succeeded();
    String line =
        String.format(
            Locale.ROOT,
            "%4d s %,7d tx/s %,6d queued %3d busy %3d killed %3d respawned %3d touched",
            ++second,
            succeeded - succeededBefore,
            now.queued(),
            now.busy(),
            killer.kills(),
            now.respawns(),
            log.touched());
    succeededBefore = succeeded;
    out.print(rewrites ? "\r" + line : line + "\n");
    out.flush();
  }

  /** Leaves the line, so that other output can follow. */
  void end() {
    if (rewrites) {
      out.println();
    }
  }
}
