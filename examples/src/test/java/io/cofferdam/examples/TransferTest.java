package io.cofferdam.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TransferTest {

  private EmbeddedPostgres server;
  private String url;

  @BeforeEach
  void openBank() throws Exception {
    server = EmbeddedPostgres.start();
    url = "jdbc:postgresql://localhost:" + server.getPort() + "/postgres";
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE USER bank PASSWORD 'secret';
          CREATE TABLE account (
            id bigint PRIMARY KEY, balance numeric NOT NULL CHECK (balance >= 0));
          INSERT INTO account VALUES (1, 100), (2, 0);
          GRANT ALL ON account TO bank
          """);
    }
  }

  @AfterEach
  void closeBank() throws Exception {
    server.close();
  }

  @Test
  void movesTheMoneyAndReturnsTheBalance() throws SQLException {
    assertThat(Transfer.transfer(url, "secret", 1, 2, new BigDecimal("30.50")))
        .isEqualByComparingTo("69.50");
    assertThat(balanceOf(2)).isEqualByComparingTo("30.50");
  }

  @Test
  void failsAsPlainJdbcWouldAndLeavesNothingBehind() throws SQLException {
    assertThatThrownBy(() -> Transfer.transfer(url, "secret", 1, 3, BigDecimal.TEN))
        .isInstanceOf(SQLException.class)
        .hasMessage("there is no account 3");
    assertThat(balanceOf(1)).isEqualByComparingTo("100");
  }

  private BigDecimal balanceOf(long account) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT balance FROM account WHERE id = " + account)) {
      rows.next();
      return rows.getBigDecimal(1);
    }
  }
}
