package io.cofferdam;

import io.cofferdam.RetryPolicy.Cause;
import io.micrometer.core.instrument.MeterRegistry;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Code that the README shows: it has to compile, and to equal what is shown there. */
final class ReadmeSnippets {

  private ReadmeSnippets() {}

  static TransactionExecutor tuned(String url, String secret, MeterRegistry registry) {
    // region options
    return TransactionExecutor.builder()
        .name("bank")
        .jdbcUrl(url)
        .username("bank")
        .password(secret)
        .workers(16)
        .timeout(Duration.ofSeconds(10))
        .workerMaxHeap(256L << 20)
        .allowResultTypes("com.example.bank.*")
        .meterRegistry(registry)
        .build();
    // endregion
  }

  static void payOnce(TransactionClient teller, UUID payment, long to, BigDecimal amount)
      throws SQLException {
    // region outcome
    TransactionAction<SQLException> pay =
        connection -> {
          if (insertPayment(connection, payment)) { // INSERT ... ON CONFLICT (id) DO NOTHING
            credit(connection, to, amount);
          }
        };
    try {
      teller.run(pay);
    } catch (TransactionException e) {
      switch (e.outcome()) {
        case COMMITTED -> {} // it is paid, and only the answer was lost
        case NOT_STARTED, ROLLED_BACK -> teller.run(pay); // nothing of the first attempt remains
        case UNKNOWN -> teller.run(pay); // the key on payment.id lets it happen once
      }
    }
    // endregion
  }

  static void everyWay(TransactionClient teller, long to, BigDecimal amount) throws SQLException {
    // region ways
    long accounts = teller.execute(connection -> countAccounts(connection));
    teller.run(connection -> credit(connection, to, amount));

    CompletableFuture<Long> counted = teller.submit(connection -> countAccounts(connection));
    CompletableFuture<Void> paid = teller.runAsync(connection -> credit(connection, to, amount));
    // endregion
    CompletableFuture.allOf(counted, paid).join();
    if (counted.join() < accounts) {
      throw new IllegalStateException("accounts have vanished");
    }
  }

  static CompletableFuture<Long> count(TransactionClient auditor) {
    // region transaction-options
    TransactionOptions nightly =
        TransactionOptions.defaults()
            .timeout(Duration.ofMinutes(5))
            .isolation(IsolationLevel.REPEATABLE_READ)
            .readOnly()
            .label("nightly count");

    CompletableFuture<Long> accounts =
        auditor.submit(nightly, connection -> countAccounts(connection));
    // endregion
    return accounts;
  }

  static void patiently(TransactionClient teller, long to, BigDecimal amount) throws SQLException {
    // region retry
    TransactionOptions patient =
        TransactionOptions.defaults()
            .isolation(IsolationLevel.SERIALIZABLE)
            .retry(RetryPolicy.attempts(5).on(Cause.SERIALIZATION_FAILURE, Cause.DEADLOCK));

    teller.run(patient, connection -> credit(connection, to, amount));
    // endregion
  }

  private static boolean insertPayment(Connection connection, UUID payment) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO payment VALUES (?) ON CONFLICT (id) DO NOTHING")) {
      insert.setObject(1, payment);
      return insert.executeUpdate() == 1;
    }
  }

  private static void credit(Connection connection, long account, BigDecimal amount)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE account SET balance = balance + ? WHERE id = ?")) {
      update.setBigDecimal(1, amount);
      update.setLong(2, account);
      update.executeUpdate();
    }
  }

  private static long countAccounts(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM account")) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
