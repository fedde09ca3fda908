package io.cofferdam.internal.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.cofferdam.RetryPolicy.Cause;
import io.cofferdam.internal.dialect.registry.Dialects;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DialectTest {

  private static final Dialect POSTGRESQL = Dialects.forUrl("jdbc:postgresql://host/bank");
  private static final Dialect MYSQL = Dialects.forUrl("jdbc:mysql://host/bank");
  private static final Dialect H2 = Dialects.forUrl("jdbc:h2:tcp://host/bank");
  private static final Dialect GENERIC = Dialects.forUrl("jdbc:other:bank");

  private static void check(String url) {
    Dialects.forUrl(url).connecting().check(url, Map.of());
  }

  @Nested
  class WhenTheDatabaseIsChecked {

    @ParameterizedTest
    @CsvSource({
      "jdbc:h2:mem:bank,jdbc:h2:tcp:",
      "jdbc:h2:~/bank,jdbc:h2:tcp:",
      "JDBC:H2:file:/bank;AUTO_SERVER=TRUE,jdbc:h2:tcp:",
      "jdbc:derby:memory:bank,jdbc:derby://",
      "jdbc:derby:/bank,jdbc:derby://",
      "jdbc:hsqldb:mem:bank,jdbc:hsqldb:hsql://",
      "jdbc:hsqldb:bank,jdbc:hsqldb:hsql://",
      "jdbc:sqlite::memory:,jdbc:sqlite:/",
      "jdbc:sqlite:file:x?mode=memory,jdbc:sqlite:/",
      "jdbc:duckdb:/bank,server",
      "jdbc:tc:postgresql:16:///bank,getJdbcUrl"
    })
    void oneThatProcessesCannotShareIsRefusedWithTheServerMode(String url, String instead) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> check(url))
          .withMessageContaining("cannot share")
          .withMessageContaining(instead);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "jdbc:h2:tcp://host/bank",
          "jdbc:h2:ssl://host/mem:bank",
          "jdbc:derby://host/bank",
          "jdbc:hsqldb:hsqls://host/bank",
          "jdbc:sqlite:/var/bank.db",
          "jdbc:postgresql://a,b/bank?targetServerType=primary",
          "jdbc:mariadb://a,b/bank?autoReconnect=false",
          "jdbc:mysql://host/bank?rewriteBatchedStatements=true"
        })
    void oneBehindAServerIsAccepted(String url) {
      assertThatCode(() -> check(url)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
      "jdbc:postgresql://host/bank?raiseExceptionOnSilentRollback=false,"
          + "raiseExceptionOnSilentRollback=false",
      "jdbc:postgresql://host/bank?raiseExceptionOnSilentRollback=%66alse,"
          + "raiseExceptionOnSilentRollback=false",
      "jdbc:mysql://host/bank?autoReconnect=true,autoReconnect=true",
      "jdbc:mariadb://host/bank?user=a&transactionReplay=true,transactionReplay=true",
      "jdbc:mariadb://host/bank?pool=true,pool=true",
      "'jdbc:mariadb:replication://a,b/bank',inside a transaction",
      "'jdbc:mysql:loadbalance://a,b/bank',inside a transaction",
      "jdbc:h2:tcp://host/bank;AUTO_RECONNECT=TRUE,AUTO_RECONNECT=TRUE"
    })
    void aSettingThatBreaksAPromiseIsRefusedByName(String url, String named) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> check(url))
          .withMessageContaining(named);
    }

    @Test
    void aPropertyIsCheckedLikeTheUrl() {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  MYSQL
                      .connecting()
                      .check("jdbc:mysql://host/bank", Map.of("autoReconnect", "true")));
    }

    @Test
    void theMessageDoesNotRepeatAPasswordOfTheUrl() {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> check("jdbc:h2:mem:bank;PASSWORD=secret"))
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
    }
  }

  @Nested
  class TheTableOfTheLedger {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "jdbc:postgresql://localhost/bank",
          "jdbc:mariadb://localhost/bank",
          "jdbc:h2:tcp://localhost/bank"
        })
    void isMadeAsTheDocumentationSays(String url) throws IOException {
      Path repository = Path.of(System.getProperty("cofferdam.repository", ".."));
      Dialect dialect = Dialects.forUrl(url);

      assertThat(repository.resolve("docs/ledger.md"))
          .content()
          .contains(
              dialect.name()
                  + ":\n\n```sql\n"
                  + String.join(";\n", dialect.ledgerSql().definition("cofferdam_outcome"))
                  + ";\n```");
    }
  }

  @Nested
  class WhenPostgreSqlIsConnected {

    private static final String OURS =
        "-c client_connection_check_interval=1s -c tcp_keepalives_idle=5"
            + " -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=15s";

    private ConnectionTarget target(String parameters, Map<String, String> properties) {
      return POSTGRESQL
          .connecting()
          .target("jdbc:postgresql://one,two:5433/bank" + parameters, properties, "worker 1");
    }

    @Test
    void theServerWatchesForADeadApplicationAndADeadMachine() {
      assertThat(target("", Map.of("user", "bank")).properties())
          .containsEntry("options", OURS)
          .containsEntry("ApplicationName", "worker 1")
          .containsEntry("tcpKeepAlive", "true")
          .containsEntry("user", "bank");
    }

    @Test
    void theOptionsOfTheUserComeLastAndWin() {
      assertThat(target("", Map.of("options", "-c work_mem=1MB")).properties())
          .containsEntry("options", OURS + " -c work_mem=1MB");
    }

    @ParameterizedTest
    @CsvSource({
      "?options=-c%20work_mem=1MB, ''",
      "?options=-c+work_mem%3D1MB, ''",
      "?ssl=false&options=-c%20work_mem=1MB&loginTimeout=9, ?ssl=false&loginTimeout=9",
      "?options=-c%20jit=off&ssl=false&options=-c%20work_mem=1MB, ?ssl=false",
    })
    void soDoTheOptionsOfTheUrl(String parameters, String kept) {
      ConnectionTarget target = target(parameters, Map.of("options", "-c jit=on"));

      assertThat(target.properties()).containsEntry("options", OURS + " -c work_mem=1MB");
      assertThat(target.jdbcUrl()).isEqualTo("jdbc:postgresql://one,two:5433/bank" + kept);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?options=", "?options", "?options=&ssl=false"})
    void emptyOptionsOfTheUrlTurnOursOff(String parameters) {
      assertThat(target(parameters, Map.of("options", "-c jit=on")).properties())
          .doesNotContainKey("options");
    }

    @Test
    void emptyOptionsTurnThemOff() {
      assertThat(target("", Map.of("options", "")).properties()).doesNotContainKey("options");
    }

    @Test
    void whatElseTheUrlSaysIsLeftToTheDriver() {
      assertThat(target("?ApplicationName=mine&tcpKeepAlive=false", Map.of()).properties())
          .doesNotContainKeys("ApplicationName", "tcpKeepAlive");
    }

    @Test
    void aParameterThatIsNotOptionsStays() {
      String parameters = "?optionsX=1&xoptions=2&OPTIONS=3";

      assertThat(target(parameters, Map.of()).jdbcUrl()).endsWith("/bank" + parameters);
    }
  }

  @Nested
  class WhenACommitFails {

    @ParameterizedTest
    @ValueSource(strings = {"23505", "40001", "40P01", "25P02", "P0001", "55P03", "57014"})
    void aRefusalOfPostgreSqlProvesTheRollback(String state) {
      assertThat(POSTGRESQL.failures().provesRollback(new SQLException("", state))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"40003", "08006", "57P01", "57P02", "53100", "XX000", "58030"})
    void anythingElseIsInDoubt(String state) {
      assertThat(POSTGRESQL.failures().provesRollback(new SQLException("", state))).isFalse();
    }

    @Test
    void mySqlAndH2ProveItByADeadlockOnly() {
      assertThat(MYSQL.failures().provesRollback(new SQLException("", "40001", 1213))).isTrue();
      assertThat(MYSQL.failures().provesRollback(new SQLException("", "HY000", 1180))).isFalse();
      assertThat(H2.failures().provesRollback(new SQLException("", "40001", 40001))).isTrue();
      assertThat(H2.failures().provesRollback(new SQLException("", "90067", 90067))).isFalse();
    }

    @Test
    void aLostConnectionInTheChainLeavesItInDoubt() {
      SQLException failure = new SQLException("", "40001");
      failure.setNextException(new SQLException("", "08006"));

      assertThat(GENERIC.failures().provesRollback(failure)).isFalse();
    }

    @Test
    void aMissingStateLeavesItInDoubt() {
      assertThat(GENERIC.failures().provesRollback(new SQLException())).isFalse();
    }
  }

  @Nested
  class WhenATransactionHasFailed {

    @ParameterizedTest
    @CsvSource({
      "POSTGRESQL, 40001, 0, SERIALIZATION_FAILURE",
      "POSTGRESQL, 40P01, 0, DEADLOCK",
      "POSTGRESQL, 57P01, 0, CONNECTION_LOST",
      "POSTGRESQL, 57P02, 0, CONNECTION_LOST",
      "POSTGRESQL, 57P03, 0, CONNECTION_LOST",
      "POSTGRESQL, 08006, 0, CONNECTION_LOST",
      "POSTGRESQL, 40000, 0,",
      "POSTGRESQL, 55P03, 0,",
      "POSTGRESQL, 57014, 0,",
      "POSTGRESQL, 23505, 0,",
      "MYSQL, 40001, 1213, DEADLOCK",
      "MYSQL, HY000, 1205, DEADLOCK",
      "MYSQL, HY000, 1020, SERIALIZATION_FAILURE",
      "MYSQL, 08000, 0, CONNECTION_LOST",
      "MYSQL, 40000, 0,",
      "MYSQL, 23000, 1062,",
      "H2, 40001, 40001, DEADLOCK",
      "H2, HYT00, 50200, DEADLOCK",
      "H2, 90131, 90131, SERIALIZATION_FAILURE",
      "H2, 90067, 90067,",
      "H2, 57014, 57014,",
      "GENERIC, 40001, 1, SERIALIZATION_FAILURE",
      "GENERIC, 08003, 1, CONNECTION_LOST",
      "GENERIC, , 1213,"
    })
    void aFewFailuresMayNotHappenAgain(String dialect, String state, int code, Cause cause) {
      Dialect failing =
          switch (dialect) {
            case "POSTGRESQL" -> POSTGRESQL;
            case "MYSQL" -> MYSQL;
            case "H2" -> H2;
            default -> GENERIC;
          };

      assertThat(failing.failures().retryCause(new SQLException("failed", state, code)))
          .isEqualTo(cause);
    }
  }

  @Nested
  class WhenAStatementFails {

    @Test
    void aDeadlockEndsTheTransaction() {
      assertThat(MYSQL.failures().endsTransaction(new SQLException("", "40001", 1213))).isTrue();
      assertThat(H2.failures().endsTransaction(new SQLException("", "40001", 40001))).isTrue();
    }

    @Test
    void whatDependsOnTheServersSettingsMayEndIt() {
      assertThat(MYSQL.failures().mayEndTransaction(new SQLException("", "HY000", 1205))).isTrue();
      assertThat(MYSQL.failures().mayEndTransaction(new SQLException("", "23000", 1062))).isFalse();
      assertThat(H2.failures().mayEndTransaction(new SQLException("", "HYT00", 50200))).isFalse();
    }

    @Test
    void theCheckOfTheMarkIsToldByItsState() {
      assertThat(POSTGRESQL.failures().failsOpenCheck(new SQLException("", "22P02"))).isTrue();
      assertThat(POSTGRESQL.failures().failsOpenCheck(new SQLException("", "42704"))).isTrue();
      assertThat(POSTGRESQL.failures().failsOpenCheck(new SQLException("", "23505"))).isFalse();
      assertThat(MYSQL.failures().failsOpenCheck(new SQLException("", "22P02"))).isFalse();
    }

    @Test
    void aLockTimeoutOrDuplicateKeyDoesNot() {
      assertThat(MYSQL.failures().endsTransaction(new SQLException("", "HY000", 1205))).isFalse();
      assertThat(H2.failures().endsTransaction(new SQLException("", "HYT00", 50200))).isFalse();
      assertThat(H2.failures().endsTransaction(new SQLException("", "23505", 23505))).isFalse();
    }
  }
}
