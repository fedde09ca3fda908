package io.cofferdam.examples.bank;

import io.cofferdam.OutcomeTracking;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The flags of the demo. */
final class BankOptions {

  @Option(
      names = "--clients",
      paramLabel = "N",
      description = "Clients, each with one transaction in flight (default: ${DEFAULT-VALUE}).")
  int clients = 5_000;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Worker processes (default: 3 per core).")
  @Nullable Integer workers;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long to submit transactions (default: ${DEFAULT-VALUE}).")
  int seconds = 20;

  @Option(
      names = "--kill-every",
      paramLabel = "SECONDS",
      description =
          "How often to kill a busy worker; decimals are allowed, 0 means never"
              + " (default: ${DEFAULT-VALUE}).")
  double killEverySeconds = 1;

  @Option(
      names = "--tracking",
      paramLabel = "HOW",
      description =
          "How commits are settled whose answer was lost: ${COMPLETION-CANDIDATES}"
              + " (default: ${DEFAULT-VALUE}). With NONE their outcome may stay unknown.")
  OutcomeTracking tracking = OutcomeTracking.LEDGER;

  @Option(
      names = "--jdbc-url",
      paramLabel = "URL",
      description =
          "An existing PostgreSQL database instead of an embedded one. Its tables"
              + " cofferdam_bank_branches, _tellers, _accounts and _history are DROPPED and"
              + " created anew.")
  @Nullable String jdbcUrl;

  @Option(names = "--username", paramLabel = "NAME", description = "The user of that database.")
  @Nullable String username;

  @Option(
      names = "--password",
      paramLabel = "PASSWORD",
      arity = "0..1",
      interactive = true,
      description = "The user's password; asked for if the flag has no value.")
  @Nullable String password;

  @Option(names = "--help", usageHelp = true, description = "Print this help.")
  boolean help;

  Duration killEvery() {
    return Duration.ofNanos(Math.round(killEverySeconds * 1e9));
  }

  /** Checks what the parser cannot: ranges and relations. */
  void check(CommandLine command) {
    check(
        command,
        clients >= 1 && clients <= 1_000_000,
        "--clients is " + clients + "; it must be from 1 to 1000000");
    check(
        command,
        workers == null || (workers >= 1 && workers <= 1_024),
        "--workers is " + workers + "; it must be from 1 to 1024");
    check(
        command,
        seconds >= 1 && seconds <= 86_400,
        "--seconds is " + seconds + "; it must be from 1 to 86400");
    check(
        command,
        killEverySeconds == 0 || (killEverySeconds >= 0.01 && killEverySeconds <= 86_400),
        "--kill-every is " + killEverySeconds + "; it must be 0 or from 0.01 to 86400");
    check(
        command,
        jdbcUrl == null || jdbcUrl.startsWith("jdbc:postgresql:"),
        "--jdbc-url is '" + jdbcUrl + "'; it must begin with 'jdbc:postgresql:'");
    check(
        command,
        jdbcUrl != null || (username == null && password == null),
        "--username and --password are for the database of --jdbc-url, which is missing");
    check(command, username != null || password == null, "--password needs --username");
  }

  private static void check(CommandLine command, boolean legal, String problem) {
    if (!legal) {
      throw new ParameterException(command, problem);
    }
  }
}
