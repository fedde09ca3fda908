package io.cofferdam;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import io.cofferdam.internal.config.Tracking;
import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.registry.Dialects;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Collects the options of the {@link Tracking}. Not thread-safe. */
final class TrackingBuilder {

  private static final Pattern TABLE =
      Pattern.compile("([A-Za-z_]\\w{0,59}\\.)?[A-Za-z_]\\w{0,59}");

  private @Nullable OutcomeTracking kind;
  private String ledgerTable = "cofferdam_outcome";
  private Duration ledgerRetention = Duration.ofDays(1);

  void kind(OutcomeTracking kind) {
    this.kind = requireNonNull(kind, "outcomeTracking is null");
  }

  void ledgerTable(String table) {
    requireNonNull(table, "ledgerTable is null");
    checkArgument(
        TABLE.matcher(table).matches(),
        "ledgerTable is '%s'; it must be a name or schema.name, each of at most 60 letters, digits"
            + " and underscores, and not begin with a digit",
        table);
    ledgerTable = table;
  }

  void ledgerRetention(Duration retention) {
    ledgerRetention =
        Ranges.check("ledgerRetention", retention, Duration.ofHours(1), Duration.ofDays(365));
  }

  /**
   * {@return the tracking for the database of a URL}
   *
   * @throws IllegalArgumentException if that database does not have it
   */
  Tracking build(String jdbcUrl) {
    return Tracking.of(kindFor(Dialects.forUrl(jdbcUrl)), ledgerTable, ledgerRetention);
  }

  private OutcomeTracking kindFor(Dialect dialect) {
    if (kind == null) {
      return dialect.transactionIds() != null
          ? OutcomeTracking.TRANSACTION_ID
          : OutcomeTracking.NONE;
    }
    checkArgument(
        kind != OutcomeTracking.TRANSACTION_ID || dialect.transactionIds() != null,
        "outcomeTracking is TRANSACTION_ID, which %s does not have; it must be LEDGER or NONE",
        dialect.name());
    return kind;
  }
}
