package io.cofferdam.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.testkit.database.PostgresServer;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.database.TestDatabase;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TransferTest {

  private static PostgresServer server;

  private static TestDatabase database;

  @BeforeAll
  static void startServer() throws SQLException {
    server = new PostgresServer();
    server.killAtExit().start();
    database = server.fresh();
    runAsAdmin("CREATE USER bank PASSWORD 'secret'");
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void openBank() throws SQLException {
    runAsAdmin(
        "DROP TABLE IF EXISTS account",
        "CREATE TABLE account ("
            + " id bigint PRIMARY KEY, balance numeric NOT NULL CHECK (balance >= 0))",
        "INSERT INTO account VALUES (1, 100), (2, 0)",
        "GRANT ALL ON account TO bank");
  }

  @Test
  void movesTheMoneyAndReturnsTheBalance() throws SQLException {
    assertThat(Transfer.transfer(database.url(), "secret", 1, 2, new BigDecimal("30.50")))
        .isEqualByComparingTo("69.50");
    assertThat(balanceOf(2)).isEqualByComparingTo("30.50");
  }

  @Test
  void failsAsPlainJdbcWouldAndLeavesNothingBehind() throws SQLException {
    assertThatThrownBy(() -> Transfer.transfer(database.url(), "secret", 1, 3, BigDecimal.TEN))
        .isInstanceOf(SQLException.class)
        .hasMessage("there is no account 3");
    assertThat(balanceOf(1)).isEqualByComparingTo("100");
  }

  private static void runAsAdmin(String... statements) throws SQLException {
    try (Connection admin = server.admin(database)) {
      Sql.run(admin, statements);
    }
  }

  private static BigDecimal balanceOf(long account) throws SQLException {
    try (Connection admin = server.admin(database)) {
      return new BigDecimal(Sql.text(admin, "SELECT balance FROM account WHERE id = " + account));
    }
  }
}
