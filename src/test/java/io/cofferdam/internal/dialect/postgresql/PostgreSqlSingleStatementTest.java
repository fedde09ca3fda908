package io.cofferdam.internal.dialect.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgreSqlSingleStatementTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        " \t\r\n select * from t where name = 'O''Hara' and id = ?;",
        "UPDATE t SET balance = balance + ? WHERE id = ?",
        "INSERT INTO \"T\" (a) VALUES (?), (?) ON CONFLICT DO NOTHING RETURNING id::text",
        "DELETE FROM t WHERE a - b / c < 3 ; ",
        "VALUES (1)",
        "MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE",
        "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x",
        "SELECT*FROM t",
        "SELECT U&'d' FOR UPDATE",
        "SELECT pg_sleep(1)"
      })
  void isOneQueryOrChangeOfRows(String sql) {
    assertThat(PostgreSqlSingleStatement.is(sql)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ";",
        "SELECT",
        "COMMIT",
        "BEGIN",
        "SET x = 1",
        "CALL f()",
        "DO 'x'",
        "EXECUTE x",
        "EXPLAIN ANALYZE EXECUTE x",
        "COPY t FROM STDIN",
        "DECLARE c CURSOR FOR SELECT 1",
        "(SELECT 1)",
        "SELECTED 1",
        "SELECT_ 1",
        "SELECT1",
        "WITHOUT 1",
        "SELECT 1; COMMIT",
        "SELECT 'a;b'",
        "SELECT \"a;b\"",
        "SELECT 'a\\'",
        "SELECT E'a\\'; COMMIT; --'",
        "SELECT $$a$$",
        "SELECT $1",
        "SELECT {fn now()}",
        "SELECT 1 }",
        "SELECT 1 -- why",
        "SELECT 1 /* why */",
        "SELECT 1 // why",
        "-- why\nSELECT 1",
        "/* why */ SELECT 1",
        "SELECT '\u00fc'",
        "SELECT\u00a01",
        "S\u0131LECT 1",
        "SELECT 1\u0000",
        "SELECT\u000b1",
        "SELECT \uff1b COMMIT"
      })
  void isNothingElse(String sql) {
    assertThat(PostgreSqlSingleStatement.is(sql)).isFalse();
  }
}
