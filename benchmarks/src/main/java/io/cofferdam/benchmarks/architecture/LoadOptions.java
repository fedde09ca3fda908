package io.cofferdam.benchmarks.architecture;

import io.cofferdam.benchmarks.contestant.Way;
import io.cofferdam.benchmarks.run.Mix;
import java.util.List;
import picocli.CommandLine.Option;

/** The flags of {@link LoadPart} alone. */
final class LoadOptions {

  /** Those that have one application process and run transactions, in the order of the report. */
  static final List<Way> ALL =
      List.of(
          Way.HIKARICP,
          Way.PGBOUNCER,
          Way.PGPOOL,
          Way.VIRTUAL_THREADS,
          Way.VERTX,
          Way.MARIADB_THREADS,
          Way.TRANSACTION_ID);

  @Option(
      names = "--load-ways",
      split = ",",
      paramLabel = "WAY",
      description =
          "Who is under the load of the part LOAD: HIKARICP, PGBOUNCER, PGPOOL, VIRTUAL_THREADS, VERTX,"
              + " MARIADB_THREADS, TRANSACTION_ID (default: all).")
  List<Way> ways = ALL;

  @Option(
      names = "--load-mixes",
      split = ",",
      paramLabel = "MIX",
      description = "Transactions of the part LOAD (default: TPCB,QUERIES).")
  List<Mix> mixes = List.of(Mix.TPCB, Mix.QUERIES);
}
