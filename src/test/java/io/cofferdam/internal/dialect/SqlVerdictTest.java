package io.cofferdam.internal.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlVerdictTest {

  private static final Dialect POSTGRESQL = Dialect.forUrl("jdbc:postgresql://host/bank");
  private static final Dialect MYSQL = Dialect.forUrl("jdbc:mariadb://host/bank");
  private static final Dialect H2 = Dialect.forUrl("jdbc:h2:tcp://host/bank");
  private static final Dialect GENERIC = Dialect.forUrl("jdbc:oracle:thin:@//host/bank");

  private static void assertRefused(Dialect dialect, String sql) {
    assertThat(dialect.classify(sql).refusal()).as("refusal of %s", sql).isNotNull();
  }

  private static void assertAllowed(Dialect dialect, String sql) {
    assertThat(dialect.classify(sql).refusal()).as("refusal of %s", sql).isNull();
  }

  @Nested
  class OnEveryDatabase {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "COMMIT",
          "commit work",
          "  Commit;",
          "ROLLBACK",
          "rollback transaction",
          "BEGIN",
          "BEGIN TRANSACTION",
          "START TRANSACTION READ ONLY",
          "END",
          "ABORT",
          "XA START 'x'",
          "COMMIT PREPARED 'x'",
          "ROLLBACK PREPARED 'x'",
          "PREPARE TRANSACTION 'x'",
          "PREPARE COMMIT x",
          "SET AUTOCOMMIT TRUE",
          "set autocommit = 1",
          "/* x */ commit",
          "-- x\n commit",
          "(commit)",
          "{commit}",
          "SELECT 1; COMMIT",
          "SELECT ';'; COMMIT",
          "SELECT 'it''s'; COMMIT; SELECT 1",
          "SELECT \"a;\"\"b\"; COMMIT",
          "; COMMIT"
        })
    void transactionControlIsRefused(String sql) {
      assertRefused(POSTGRESQL, sql);
      assertRefused(MYSQL, sql);
      assertRefused(H2, sql);
      assertRefused(GENERIC, sql);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          ";",
          "SELECT 1;",
          "SELECT 'a; COMMIT'",
          "SELECT \"; COMMIT\"",
          "SELECT 1 /* ; COMMIT */",
          "SELECT 1 -- ; COMMIT",
          "UPDATE t SET autocommit = 1",
          "INSERT INTO t(v) VALUES ('unterminated; COMMIT",
          "SAVEPOINT a",
          "ROLLBACK TO a",
          "ROLLBACK WORK TO SAVEPOINT a",
          "RELEASE SAVEPOINT a"
        })
    void ordinaryWorkIsAllowed(String sql) {
      assertAllowed(POSTGRESQL, sql);
      assertAllowed(MYSQL, sql);
      assertAllowed(H2, sql);
      assertAllowed(GENERIC, sql);
    }

    @Test
    void theRefusalTellsWhatToDoInstead() {
      assertThat(GENERIC.classify("commit").refusal())
          .startsWith("COMMIT is not allowed in a task")
          .contains("when the task returns")
          .contains("savepoint");
    }

    @Test
    void aTextTooLongToRememberIsJudgedAllTheSame() {
      String padding = "x".repeat(10_000);
      assertRefused(POSTGRESQL, "SELECT '" + padding + "'; COMMIT");
      assertAllowed(POSTGRESQL, "SELECT '" + padding + "; COMMIT'");
    }
  }

  @Nested
  class OnPostgreSql {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "SELECT $$;$$; COMMIT",
          "SELECT $a$ $$ $b$ ; $a$; COMMIT",
          "SELECT E'\\''; COMMIT",
          "SELECT 'a\\'; COMMIT",
          "SELECT 1 /* /* */ ; */ ; COMMIT",
          "SELECT a$x$; COMMIT; SELECT $x$",
          "CREATE FUNCTION f() RETURNS int AS $$ SELECT 1; $$ LANGUAGE sql; COMMIT",
          "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; END; END"
        })
    void transactionControlBehindQuotesIsFound(String sql) {
      assertRefused(POSTGRESQL, sql);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "SELECT $$; COMMIT$$",
          "SELECT $a$ $$; COMMIT $$ $a$",
          "SELECT E'a\\'; COMMIT'",
          "SELECT 1 /* /* */ ; COMMIT */",
          "SELECT $1; SELECT $2",
          "DO $$ BEGIN PERFORM 1; END $$",
          "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; END"
        })
    void quotedTextIsNotTransactionControl(String sql) {
      assertAllowed(POSTGRESQL, sql);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CREATE TABLE t(i int)", "CALL p()", "{call p()}", "DROP TABLE t"})
    void nothingCommitsByItself(String sql) {
      assertThat(POSTGRESQL.classify(sql).selfCommitting()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PREPARE p AS SELECT 1", "DEALLOCATE ALL", "SELECT 1; DISCARD PLANS"})
    void whatTheDriverCannotSeeCostsTheConnection(String sql) {
      assertThat(POSTGRESQL.classify(sql).replacesConnection()).isTrue();
    }
  }

  @Nested
  class OnMySql {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "SET SESSION autocommit = 0",
          "SET @@autocommit = 0",
          "SET @@session.autocommit := 0",
          "SET `autocommit` = 0",
          "SET x = 1, autocommit = 0",
          "SET STATEMENT max_statement_time = 1 FOR COMMIT",
          "/*!50000 COMMIT */",
          "/*M! COMMIT */",
          "/*!99999 SELECT 1; */ COMMIT",
          "SELECT 'a\\'b'; COMMIT",
          "SELECT 1 # ;\n; COMMIT",
          "SELECT 1 --1; COMMIT",
          "BEGIN NOT ATOMIC COMMIT; END",
          "SAVEPOINT cofferdam",
          "SAVEPOINT `Cofferdam`",
          "RELEASE SAVEPOINT cofferdam"
        })
    void transactionControlIsFoundInEverySpelling(String sql) {
      assertRefused(MYSQL, sql);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "SET @autocommit = 0",
          "SELECT @@autocommit",
          "SELECT 'a\\'; COMMIT'",
          "SELECT 1 # ; COMMIT",
          "SELECT `; COMMIT`"
        })
    void lookalikesAreAllowed(String sql) {
      assertAllowed(MYSQL, sql);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "CREATE TABLE t(i int)",
          "CREATE TABLE t(temporary int)",
          "LOCK TABLES t WRITE",
          "CALL p()",
          "{call p(?)}",
          "{? = call p(?)}",
          "TRUNCATE t",
          "SELECT 1; DROP TABLE t",
          "SET PASSWORD = 'x'",
          "/*!50000 SELECT 1 */",
          "SET STATEMENT max_statement_time = 1 FOR CREATE TABLE t(i int)",
          "CREATE PROCEDURE p() BEGIN SELECT 1; COMMIT; END",
          "EXECUTE IMMEDIATE 'COMMIT'"
        })
    void whatIsNotProvenHarmlessMayCommit(String sql) {
      assertAllowed(MYSQL, sql);
      assertThat(MYSQL.classify(sql).selfCommitting()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "SET sql_mode = ''",
          "SELECT @x := 1",
          "SELECT id INTO @x FROM t",
          "SELECT GET_LOCK('a', 1)",
          "USE bank",
          "CREATE TEMPORARY TABLE t(i int)",
          "DROP TEMPORARY TABLE t",
          "SET STATEMENT max_statement_time = 1 FOR SELECT 1"
        })
    void changesOfTheSessionDirtyIt(String sql) {
      SqlVerdict verdict = MYSQL.classify(sql);
      assertThat(verdict.selfCommitting()).isFalse();
      assertThat(verdict.dirtiesSession()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "SELECT @@identity",
          "(SELECT 1) UNION (SELECT 2)",
          "INSERT INTO t VALUES (1); UPDATE t SET i = 2",
          "REPLACE INTO t VALUES (1)",
          "SELECT 'GET_LOCK'"
        })
    void changesOfRowsArePlain(String sql) {
      assertThat(MYSQL.classify(sql)).isEqualTo(SqlVerdict.PLAIN);
    }
  }

  @Nested
  class OnH2 {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "CREATE TABLE t(i int)",
          "TRUNCATE TABLE t",
          "CALL 1",
          "EXECUTE IMMEDIATE 'COMMIT'",
          "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE",
          "ANALYZE",
          "SCRIPT"
        })
    void whatIsNotProvenHarmlessMayCommit(String sql) {
      assertThat(H2.classify(sql).selfCommitting()).isTrue();
    }

    @Test
    void aSettingOfTheSessionDirtiesItOnly() {
      assertThat(H2.classify("SET SCHEMA other")).isEqualTo(SqlVerdict.DIRTYING);
      assertThat(H2.classify("SET @x = 1")).isEqualTo(SqlVerdict.DIRTYING);
      assertThat(H2.classify("SELECT @x := 1")).isEqualTo(SqlVerdict.DIRTYING);
    }

    @Test
    void slashesStartAComment() {
      assertAllowed(H2, "SELECT 1 // ; COMMIT");
    }
  }

  @Nested
  class OnAnUnknownDatabase {

    @Test
    void anAnonymousBlockMayCommitButIsNotTransactionControl() {
      assertAllowed(GENERIC, "BEGIN transfer(1, 2); END;");
      assertThat(GENERIC.classify("BEGIN transfer(1, 2); END;").selfCommitting()).isTrue();
    }

    @Test
    void onlyChangesOfRowsArePlain() {
      assertThat(GENERIC.classify("MERGE INTO t USING s ON (1=1)")).isEqualTo(SqlVerdict.PLAIN);
      assertThat(GENERIC.classify("ALTER SESSION SET x = 1").dirtiesSession()).isTrue();
    }
  }
}
