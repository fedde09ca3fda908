package io.cofferdam.internal.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import io.cofferdam.internal.dialect.registry.Dialects;
import io.cofferdam.internal.sql.Backslash;
import io.cofferdam.internal.sql.SqlVerdict;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlVerdictTest {

  private static final Dialect POSTGRESQL = Dialects.forUrl("jdbc:postgresql://host/bank");
  private static final Dialect MYSQL = Dialects.forUrl("jdbc:mariadb://host/bank");
  private static final Dialect H2 = Dialects.forUrl("jdbc:h2:tcp://host/bank");
  private static final Dialect GENERIC = Dialects.forUrl("jdbc:oracle:thin:@//host/bank");

  /** Judges a text for a session whose driver tells nothing, and does not touch braces. */
  private static SqlVerdict verdict(Dialect dialect, String sql) {
    return verdict(dialect, sql, Backslash.NOT_KNOWN);
  }

  private static SqlVerdict verdict(Dialect dialect, String sql, Backslash backslash) {
    try {
      return dialect.classifier("", Map.of(), "").classify(sql, backslash, mock(Connection.class));
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertRefused(Dialect dialect, String sql) {
    assertThat(verdict(dialect, sql).refusal()).as("refusal of %s", sql).isNotNull();
  }

  private static void assertAllowed(Dialect dialect, String sql) {
    assertThat(verdict(dialect, sql).refusal()).as("refusal of %s", sql).isNull();
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
      assertThat(verdict(GENERIC, "commit").refusal())
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
      assertThat(verdict(POSTGRESQL, sql).mayCommit()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PREPARE p AS SELECT 1", "DEALLOCATE ALL", "SELECT 1; DISCARD PLANS"})
    void whatTheDriverCannotSeeCostsTheConnection(String sql) {
      assertThat(verdict(POSTGRESQL, sql).replacesConnection()).isTrue();
    }
  }

  @Nested
  class WherePostgreSqlAndItsDriverReadDifferently {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "SELECT E'a'\n'b\\''; COMMIT; --'",
          "SELECT E'a' -- it goes on\n \t'b\\''; COMMIT; --'",
          "SELECT a\u00ad$$; COMMIT; SELECT $$",
          "SELECT a\u200b$x$; COMMIT; SELECT b\u200b$x$",
          "SELECT 1 /*/; COMMIT; /*/ */",
          "SELECT 1 -- a\r; COMMIT",
          "SELECT 1 AS \"a\"; COMMIT",
          "{oj COMMIT}",
          "{ OJ COMMIT}",
          "/* x */{oj -- y\n ROLLBACK}",
          "{fn COMMIT}",
          "{oj {oj COMMIT}}",
          "ABO;RT",
          "SELECT $a$$a$$$;/**/ABORT--",
          "SELECT $\u00ad$;COMMIT",
          "SELECT 1 ` 2; COMMIT; SELECT 3 ` 4",
          "SELECT E'''\\'; END",
          "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS case; END; COMMIT",
          "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS \"case\"; END; END",
          "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; ROLLBACK; END",
          "CREATE FUNCTION f() RETURNS int BEGIN \"ATOMIC\" SELECT 1; END",
          "CREATE FUNCTION f() RETURNS int \"BEGIN\" ATOMIC SELECT 1; END",
          "CREATE VIEW v AS SELECT begin atomic FROM t; END"
        })
    void hiddenTransactionControlIsRefused(String sql) {
      assertRefused(POSTGRESQL, sql);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "SELECT '\ud800'; SELECT $$; COMMIT$$",
          "INSERT INTO t VALUES ('a', E'it\\'s done; commit later')",
          "INSERT INTO t VALUES ('naïve; commit'), ($1)",
          "SELECT commit_date, rollback_count FROM t; SELECT 1 AS commit",
          "SELECT CASE WHEN a THEN 1 END; SELECT 2",
          "UPDATE t SET a = '{\"do\": \"; COMMIT\"}'",
          "DO $body$ BEGIN RAISE NOTICE '; COMMIT'; END $body$",
          "SELECT {d '2026-01-01'}, '; commit'",
          "SELECT a ? 'b'; SELECT '?; commit'"
        })
    void whatBothReadAlikeIsHarmless(String sql) {
      SqlVerdict verdict = verdict(POSTGRESQL, sql, Backslash.LITERAL);

      assertThat(verdict.refusal()).isNull();
      assertThat(verdict.mayCommit()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "SELECT 1 /*/ ; SELECT 2 */",
          "SELECT 1 AS a\u00a0$$, ?, 2 AS b\u00a0$$",
          "SET standard_conforming_strings = off; SELECT 'x\\'' ; COMMIT; --'"
        })
    void whatTheyDoNotMayCommit(String sql) {
      assertAllowed(POSTGRESQL, sql);
      assertThat(verdict(POSTGRESQL, sql, Backslash.LITERAL).mayCommit()).isTrue();
    }

    @Test
    void theMeaningOfABackslashIsThatOfTheMoment() {
      String hidden = "SELECT 'x\\'' ; COMMIT; --'";
      String data = "INSERT INTO h VALUES ('It\\'s done; commit later')";

      assertThat(verdict(POSTGRESQL, hidden, Backslash.ESCAPES).refusal()).isNotNull();
      assertThat(verdict(POSTGRESQL, hidden, Backslash.LITERAL).refusal()).isNull();
      assertThat(verdict(POSTGRESQL, data, Backslash.ESCAPES)).isEqualTo(SqlVerdict.PLAIN);
      assertThat(verdict(POSTGRESQL, data, Backslash.LITERAL).refusal()).isNotNull();
      assertThat(verdict(POSTGRESQL, hidden, Backslash.NOT_KNOWN).mayCommit()).isTrue();
    }
  }

  @Nested
  class WhereAConnectionSendsSeveralStatementsToMySql {

    private SqlVerdict several(String sql, Backslash backslash) throws SQLException {
      return MYSQL
          .classifier("jdbc:mariadb://host/bank?allowMultiQueries=true", Map.of(), "")
          .classify(sql, backslash, mock(Connection.class));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "INSERT INTO h VALUES (length('\\')); COMMIT; -- ')",
          "SELECT \"a\\\"; COMMIT; -- \"",
          "SELECT '\u4e2d\\'; COMMIT; -- '",
          "SELECT 1--'\n ? '",
          "SELECT 1 /*/ ; COMMIT */"
        })
    void whatDependsOnTheModeMayCommit(String sql) throws SQLException {
      assertThat(several(sql, Backslash.ESCAPES).mayCommit()).isTrue();
    }

    @Test
    void aCommentMayReachIntoTheNextExecutionOfABatch() throws SQLException {
      assertThat(several("SELECT '\n; COMMIT -- ' -- ", Backslash.ESCAPES).refusal()).isNotNull();
      assertThat(several("SELECT 1\nFROM t -- all; COMMIT", Backslash.ESCAPES))
          .isEqualTo(SqlVerdict.PLAIN);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "CREATE TABLE a (type INT, event INT); ROLLBACK",
          "CREATE VIEW v AS SELECT 1 AS event; COMMIT",
          "CREATE PROCEDURE p() SELECT 1; COMMIT",
          "CREATE PROCEDURE p() BEGIN IF 1 THEN SELECT CASE 1 WHEN 1 THEN 2 END; END IF; END; COMMIT",
          "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET @x = 1; ROLLBACK",
          "IF 1 THEN SELECT 1; END IF; COMMIT"
        })
    void aDefinitionHidesNothingAfterIt(String sql) throws SQLException {
      assertThat(several(sql, Backslash.ESCAPES).refusal()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "CREATE PROCEDURE p() BEGIN SELECT 1; COMMIT; END",
          "CREATE DEFINER = `user`@`%` PROCEDURE p() BEGIN SELECT 1; COMMIT; END; SELECT 1",
          "CREATE PROCEDURE p() BEGIN WHILE 0 DO SELECT 1; END WHILE; ROLLBACK; END",
          "CREATE PROCEDURE p() BEGIN CASE 1 WHEN 1 THEN SELECT 2; END CASE; ROLLBACK; END",
          "CREATE PROCEDURE p() IF 1 THEN SELECT 1; END IF"
        })
    void theBodyOfARoutineIsAPartOfItsDefinition(String sql) throws SQLException {
      SqlVerdict verdict = several(sql, Backslash.ESCAPES);

      assertThat(verdict.refusal()).isNull();
      assertThat(verdict.mayCommit()).isTrue();
    }

    @Test
    void theModeThatTheDriverKnowsIsBelieved() throws SQLException {
      String hidden = "INSERT INTO h VALUES (length('\\')); COMMIT; -- ')";

      assertThat(several(hidden, Backslash.LITERAL).refusal()).isNotNull();
    }

    @Test
    void textsWithoutDoubtAreHarmless() throws SQLException {
      assertThat(several("INSERT INTO t VALUES ('a;b'); SELECT 1 -- ; commit", Backslash.ESCAPES))
          .isEqualTo(SqlVerdict.PLAIN);
    }

    @Test
    void oneStatementIsHarmlessWhereTheServerTakesNoMore() {
      assertThat(verdict(MYSQL, "INSERT INTO t VALUES ('It\\'s; commit')", Backslash.ESCAPES))
          .isEqualTo(SqlVerdict.PLAIN);
    }

    @Test
    void aRollbackAfterSetStatementIsOne() {
      assertThat(verdict(MYSQL, "SET STATEMENT a = 1 FOR ROLLBACK").rollsBack()).isTrue();
      assertThat(verdict(MYSQL, "SET STATEMENT a = 1 FOR COMMIT").rollsBack()).isFalse();
    }

    @Test
    void aStatementMayBeginAfterAnyForOfSetStatement() {
      assertRefused(MYSQL, "SET STATEMENT a = substring('x' FROM 1 FOR length('y')) FOR COMMIT");
      assertThat(
              verdict(
                      MYSQL,
                      "SET STATEMENT a = substr('' FROM 1 FOR left('y', 1)) FOR DROP TABLE t")
                  .mayCommit())
          .isTrue();
    }
  }

  @Nested
  class TheNameOfTheLedger {

    private static SqlVerdict verdict(Dialect dialect, String sql) throws SQLException {
      return dialect
          .classifier("", Map.of(), "bank.Cofferdam_Outcome")
          .classify(sql, Backslash.LITERAL, mock(Connection.class));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "CREATE TEMPORARY TABLE cofferdam_outcome(id int)",
          "create temp table \"COFFERDAM_outcome\" (id int)",
          "CREATE LOCAL TEMPORARY TABLE IF NOT EXISTS `cofferdam_outcome`(id int)",
          "CREATE TABLE pg_temp.cofferdam_outcome(id int)",
          "CREATE TEMPORARY VIEW bank.cofferdam_outcome AS SELECT 1",
          "ALTER TABLE t RENAME TO cofferdam_outcome",
          "SELECT * INTO TEMP cofferdam_outcome FROM t",
          "SELECT * INTO LOCAL TEMPORARY TABLE cofferdam_outcome FROM t",
          "SELECT 1; CREATE TEMPORARY TABLE cofferdam_outcome(id int)",
          "EXECUTE IMMEDIATE 'CREATE TEMPORARY TABLE cofferdam_outcome(id int)'",
          "CREATE TEMP TABLE U&\"\\0063offerdam_outcome\"(id int)"
        })
    void cannotBeThatOfATemporaryTable(String sql) throws SQLException {
      for (Dialect dialect : List.of(POSTGRESQL, MYSQL, H2, GENERIC)) {
        assertThat(verdict(dialect, sql).refusal()).contains("ledger");
      }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "SELECT * FROM cofferdam_outcome",
          "INSERT INTO log VALUES ('temporary table cofferdam_outcome')",
          "CREATE TEMPORARY TABLE outcome(id int)",
          "UPDATE t SET temp = 1, name = 'cofferdam_outcome'"
        })
    void mayBeUsedOtherwise(String sql) throws SQLException {
      for (Dialect dialect : List.of(POSTGRESQL, MYSQL, H2, GENERIC)) {
        assertThat(verdict(dialect, sql).refusal()).isNull();
      }
    }
  }

  @Nested
  class ATextThatStartsACopy {

    private static SqlVerdict copy(String sql, Backslash backslash) throws SQLException {
      return POSTGRESQL
          .classifier("", Map.of(), "")
          .classifyCopy(sql, backslash, mock(Connection.class));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "COPY h FROM STDIN; SELECT 1",
          "SELECT 1; COPY h FROM STDIN",
          "COPY h FROM STDIN (DELIMITER E'a'\n'\\''); SELECT 1; --')",
          "COPY h FROM STDIN WHERE a\u00ad$$ = 1; SELECT 1 $$"
        })
    void isOneStatement(String sql) throws SQLException {
      assertThat(copy(sql, Backslash.LITERAL).refusal()).contains("one COPY statement");
    }

    @Test
    void isReadWithTheSettingOfTheMoment() throws SQLException {
      String sql = "COPY h FROM STDIN (NULL 'x\\''); SELECT 1; --')";

      assertThat(copy(sql, Backslash.ESCAPES).refusal()).isNotNull();
      assertThat(copy(sql, Backslash.LITERAL).refusal()).isNull();
    }

    @Test
    void mayEndWithASemicolon() throws SQLException {
      assertThat(copy(" COPY h (id) FROM STDIN; -- done", Backslash.LITERAL).refusal()).isNull();
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
          "BEGIN NOT ATOMIC DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; END; END",
          "BEGIN INSERT INTO t VALUES (1); COMMIT; END",
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
          "SELECT `; COMMIT`",
          "SELECT commit, rollback FROM t",
          "LOAD DATA LOCAL INFILE 'commit' INTO TABLE t",
          "BEGIN NOT ATOMIC INSERT INTO t VALUES ('COMMIT'); END"
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
          "SET @a = 1, PASSWORD = 'x'",
          "SET ROLE auditor",
          "SET @a = 1, ROLE auditor",
          "/*!50000 SELECT 1 */",
          "SET STATEMENT max_statement_time = 1 FOR CREATE TABLE t(i int)",
          "CREATE PROCEDURE p() BEGIN SELECT 1; COMMIT; END",
          "EXECUTE IMMEDIATE 'COMMIT'"
        })
    void whatIsNotProvenHarmlessMayCommit(String sql) {
      assertAllowed(MYSQL, sql);
      assertThat(verdict(MYSQL, sql).mayCommit()).isTrue();
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
      SqlVerdict verdict = verdict(MYSQL, sql);
      assertThat(verdict.mayCommit()).isFalse();
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
      assertThat(verdict(MYSQL, sql)).isEqualTo(SqlVerdict.PLAIN);
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
      assertThat(verdict(H2, sql).mayCommit()).isTrue();
    }

    @Test
    void aSettingOfTheSessionDirtiesItOnly() {
      assertThat(verdict(H2, "SET SCHEMA other")).isEqualTo(SqlVerdict.DIRTYING);
      assertThat(verdict(H2, "SET @x = 1")).isEqualTo(SqlVerdict.DIRTYING);
      assertThat(verdict(H2, "SELECT @x := 1")).isEqualTo(SqlVerdict.DIRTYING);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "SELECT $a$; COMMIT; SELECT $a$",
          "SELECT 1 AS a$$; COMMIT; SELECT 1 AS b$$",
          "SELECT 1 // \r; COMMIT",
          "SELECT 1;\u00a0COMMIT",
          "SELECT 1;\u2028\u3000ROLLBACK",
          "{oj COMMIT}",
          "{params x COMMIT}; {oj ROLLBACK}"
        })
    void hiddenTransactionControlIsRefused(String sql) {
      assertRefused(H2, sql);
    }

    @Test
    void aNameInBracketsMayHideAStatement() {
      assertThat(verdict(H2, "SELECT 1 AS [a']; COMMIT; -- '").refusal()).isNull();
      assertThat(verdict(H2, "SELECT 1 AS [a']; COMMIT; -- '").mayCommit()).isTrue();
      assertThat(verdict(H2, "SELECT a[1], b['x']; SELECT 1")).isEqualTo(SqlVerdict.PLAIN);
    }

    @Test
    void aDefinitionHidesNothingAfterIt() {
      assertRefused(H2, "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW CALL 'x'; ROLLBACK");
      assertRefused(H2, "CREATE TABLE a (type INT); COMMIT");
      assertRefused(H2, "DECLARE x; COMMIT");
    }

    @Test
    void aFunctionThatDefinesMayCommit() {
      assertThat(verdict(H2, "SELECT * FROM link_schema('a', 'b')").mayCommit()).isTrue();
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
      assertThat(verdict(GENERIC, "BEGIN transfer(1, 2); END;").mayCommit()).isTrue();
    }

    @Test
    void onlyChangesOfRowsArePlain() {
      assertThat(verdict(GENERIC, "MERGE INTO t USING s ON (1=1)")).isEqualTo(SqlVerdict.PLAIN);
      assertThat(verdict(GENERIC, "ALTER SESSION SET x = 1").dirtiesSession()).isTrue();
    }
  }

  @Nested
  class ALockThatOutlivesTheTransaction {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "SELECT pg_advisory_lock(1)",
          "select pg_catalog.pg_try_advisory_lock(1, 2)",
          "INSERT INTO t SELECT pg_advisory_lock_shared(id) FROM s",
          "WITH x AS (SELECT pg_try_advisory_lock_shared(1)) SELECT * FROM x",
        })
    void isSeenWithoutCallingTheSessionDirty(String sql) {
      assertThat(verdict(POSTGRESQL, sql).locksSession()).isTrue();
      assertThat(verdict(POSTGRESQL, sql).dirtiesSession()).isFalse();
    }

    @Test
    void isNotOneOfTheTransaction() {
      assertThat(verdict(POSTGRESQL, "SELECT pg_advisory_xact_lock(1)").locksSession()).isFalse();
    }

    @Test
    void isSeenOnMariaDb() {
      assertThat(verdict(MYSQL, "SELECT GET_LOCK('a', 0)").locksSession()).isTrue();
    }
  }
}
