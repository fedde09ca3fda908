package io.cofferdam.benchmarks.compare;

import io.cofferdam.benchmarks.contestant.Way;
import io.cofferdam.benchmarks.run.Mix;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of {@code compare} alone. */
final class CompareOptions {

  @Option(
      names = "--contestants",
      split = ",",
      paramLabel = "WAY",
      description =
          "Who is compared: HIKARICP, PGBOUNCER, TRANSACTION_ID, NONE, LEDGER (default: all).")
  List<Way> ways = Way.TO_THE_DATABASE;

  @Option(
      names = "--clients",
      split = ",",
      paramLabel = "N",
      description =
          "Clients, each with one transaction in flight (default: 1,64,5000; quick: 1,8).")
  @Nullable List<Integer> clients;

  @Option(
      names = "--workers",
      split = ",",
      paramLabel = "N",
      description =
          "Workers of Cofferdam, and connections of the others; several for a sweep (default: 6;"
              + " quick: 1).")
  @Nullable List<Integer> workers;

  @Option(
      names = "--mix",
      split = ",",
      paramLabel = "MIX",
      description = "Transactions: TPCB, READ_MOSTLY (default: both; quick: TPCB).")
  @Nullable List<Mix> mixes;

  @Option(
      names = "--style",
      paramLabel = "STYLE",
      description =
          "How clients of Cofferdam wait: ${COMPLETION-CANDIDATES} (default: threads for up to"
              + " 500 clients, futures for more). The others always have a thread for each client.")
  Load.@Nullable Style style;

  @Option(
      names = "--lead-in",
      paramLabel = "S",
      description =
          "How long a load runs before it is measured (default: 0.5, and 1 for each 1,000 clients"
              + " besides; quick: 0.1).")
  @Nullable Double leadInSeconds;

  @Option(
      names = "--durable",
      description = "Commits wait for the disk; else synchronous_commit is off.")
  boolean durable;
}
