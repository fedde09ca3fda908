package io.cofferdam.functional.session;

import static io.cofferdam.functional.session.Leftover.fast;
import static io.cofferdam.functional.session.Leftover.strict;

import io.cofferdam.testkit.database.DatabaseKind;
import java.util.List;

/** What transactions are known to leave in their sessions, by database. */
final class Leftovers {

  private static final String LINK =
      "dblink_connect_u('link', 'host=127.0.0.1 port=' || current_setting('port') || ' dbname='"
          + " || current_database() || ' user=postgres')";

  private static final List<Leftover> POSTGRESQL =
      List.of(
          fast(
              "the value of a sequence",
              "SELECT nextval('public.counter')",
              "SELECT currval('public.counter')",
              "CREATE SEQUENCE counter",
              "GRANT ALL ON SEQUENCE counter TO PUBLIC"),
          fast(
              "the last value of any sequence",
              "SELECT nextval('public.last')",
              "SELECT lastval()",
              "CREATE SEQUENCE last",
              "GRANT ALL ON SEQUENCE last TO PUBLIC"),
          fast(
              "the seed of random()",
              "SELECT setseed(0.5)",
              "SELECT random() = r FROM public.seeded",
              "SELECT setseed(0.5)",
              "CREATE TABLE seeded AS SELECT random() AS r",
              "GRANT SELECT ON seeded TO PUBLIC"),
          fast(
              "a variable of the session's own, set by a function",
              "SELECT name_me()",
              "SELECT NULLIF(current_setting('my.name', true), '')",
              function("name_me", "PERFORM set_config('my.name', 'me', false)")),
          fast(
              "the time zone, set by a function",
              "SELECT go_east()",
              "SHOW TimeZone",
              function("go_east", "PERFORM set_config('TimeZone', 'Asia/Tokyo', false)")),
          fast(
              "the search path, set by a function",
              "SELECT move_away()",
              "SELECT current_schema()",
              "CREATE SCHEMA away",
              "GRANT USAGE ON SCHEMA away TO PUBLIC",
              function("move_away", "PERFORM set_config('search_path', 'away', false)")),
          fast(
              "the role, set by a function",
              "SELECT public.become()",
              "SELECT current_user = session_user",
              "CREATE ROLE {owner}_other",
              "GRANT {owner}_other TO {owner}",
              function("become", "PERFORM set_config('role', session_user || '_other', false)")),
          fast(
              "a holdable cursor, declared by a function",
              "SELECT open_cursor()",
              "SELECT count(*) FROM pg_cursors WHERE name = 'held'",
              function("open_cursor", "EXECUTE 'DECLARE held CURSOR WITH HOLD FOR SELECT 1'")),
          fast(
              "a temporary table, made by a function",
              "SELECT make_table()",
              "SELECT to_regclass('pg_temp.leftover')",
              function("make_table", "CREATE TEMPORARY TABLE leftover (id INT)")),
          fast(
              "an advisory lock, taken by a function",
              "SELECT lock_it()",
              "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()",
              function("lock_it", "PERFORM pg_advisory_lock(4712)")),
          fast(
              "a channel, listened to by a function",
              "SELECT listen()",
              "SELECT count(*) FROM pg_listening_channels()",
              function("listen", "EXECUTE 'LISTEN channel'")),
          fast(
              "a prepared statement",
              "PREPARE mine AS SELECT 1",
              "SELECT count(*) FROM pg_prepared_statements WHERE name = 'mine'"),
          fast(
              "a connection of dblink",
              "SELECT " + LINK,
              "SELECT dblink_get_connections()::text",
              "CREATE EXTENSION dblink",
              "GRANT EXECUTE ON FUNCTION dblink_connect_u(text, text) TO PUBLIC"),
          fast(
              "a connection of dblink, opened by a block",
              "DO $$ BEGIN PERFORM " + LINK + "; END $$",
              "SELECT dblink_get_connections()::text",
              "CREATE EXTENSION IF NOT EXISTS dblink",
              "GRANT EXECUTE ON FUNCTION dblink_connect_u(text, text) TO PUBLIC"),
          fast(
              "a connection of dblink, opened by a statement that is no query",
              "CREATE TEMPORARY TABLE linked AS SELECT " + LINK,
              "SELECT dblink_get_connections()::text",
              "CREATE EXTENSION IF NOT EXISTS dblink"),
          fast(
              "a connection of dblink, opened by an analysis",
              "EXPLAIN ANALYZE SELECT " + LINK,
              "SELECT dblink_get_connections()::text",
              "CREATE EXTENSION IF NOT EXISTS dblink"),
          fast(
              "a connection of dblink, whose function is named in escapes",
              "SELECT U&\"dblink\\005fconnect_u\"" + LINK.substring("dblink_connect_u".length()),
              "SELECT dblink_get_connections()::text",
              "CREATE EXTENSION IF NOT EXISTS dblink"),
          fast(
              "a temporary replication slot",
              "SELECT pg_create_physical_replication_slot('s' || pg_backend_pid(), false, true)",
              "SELECT count(*) FROM pg_replication_slots WHERE active_pid = pg_backend_pid()",
              "ALTER ROLE {owner} REPLICATION"),
          fast(
              "the origin of what is replicated",
              "SELECT pg_replication_origin_create('o' || pg_backend_pid());; "
                  + "SELECT pg_replication_origin_session_setup('o' || pg_backend_pid())",
              "SELECT pg_replication_origin_session_is_setup()",
              "GRANT EXECUTE ON FUNCTION pg_replication_origin_create(text),"
                  + " pg_replication_origin_session_setup(text),"
                  + " pg_replication_origin_session_is_setup() TO PUBLIC"),
          fast(
              "a statement prepared by a block",
              "DO $$ BEGIN EXECUTE 'PREPARE blocked AS SELECT 1'; END $$",
              "SELECT count(*) FROM pg_prepared_statements WHERE name = 'blocked'"),
          fast(
              "a function of the session's own",
              "CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
              "SELECT count(*) FROM pg_proc WHERE proname = 'mine'"
                  + " AND pronamespace = pg_my_temp_schema()"),
          strict(
              "a statement prepared by a function",
              "SELECT prepare_it()",
              "SELECT count(*) FROM pg_prepared_statements WHERE name = 'theirs'",
              function("prepare_it", "EXECUTE 'PREPARE theirs AS SELECT 1'")),
          strict(
              "a connection of dblink, opened by a function",
              "SELECT link()",
              "SELECT dblink_get_connections()::text",
              "CREATE EXTENSION IF NOT EXISTS dblink",
              function("link", "PERFORM " + LINK)),
          strict(
              "a module, loaded by a function",
              "SELECT load_it()",
              "SELECT count(*) FROM pg_settings WHERE name LIKE 'auto_explain.%'",
              function("load_it", "LOAD 'auto_explain'"),
              "ALTER FUNCTION load_it() SECURITY DEFINER"));

  private static final List<Leftover> MARIADB =
      List.of(
          fast("a user variable", "SET @me = 1", "SELECT @me"),
          fast(
              "a user variable, set by a procedure",
              "CALL call_me()",
              "SELECT @me",
              "CREATE PROCEDURE call_me() SET @me = 1"),
          fast(
              "a statement prepared by a procedure",
              "CALL prepare_it()",
              "EXECUTE theirs",
              "CREATE PROCEDURE prepare_it() PREPARE theirs FROM 'SELECT 1'"),
          fast(
              "an open handler",
              "HANDLER handled OPEN",
              "HANDLER handled READ FIRST",
              "CREATE TABLE handled (id INT)",
              "INSERT INTO handled VALUES (1)"),
          fast(
              "the collation",
              "SET collation_connection = 'utf8mb4_bin'",
              "SELECT @@collation_connection"),
          strict(
              "what the server has warned of",
              "SELECT CAST('secret' AS INT)",
              "SHOW COUNT(*) WARNINGS"),
          fast("profiling", "SET profiling = 1", "SELECT @@profiling"),
          strict(
              "the number of found rows",
              "SELECT SQL_CALC_FOUND_ROWS * FROM seq_1_to_7 LIMIT 1",
              "SELECT FOUND_ROWS()"),
          strict(
              "LAST_INSERT_ID",
              "INSERT INTO numbered VALUES ()",
              "SELECT LAST_INSERT_ID()",
              "CREATE TABLE numbered (id INT AUTO_INCREMENT PRIMARY KEY)",
              "INSERT INTO numbered VALUES (), ()"),
          strict(
              "the last value of a sequence",
              "SELECT NEXTVAL(counter)",
              "SELECT LASTVAL(counter)",
              "CREATE SEQUENCE counter"),
          strict(
              "a user variable, set by a trigger",
              "INSERT INTO watched VALUES (1)",
              "SELECT @they",
              "CREATE TABLE watched (id INT)",
              "CREATE TRIGGER watch BEFORE INSERT ON watched FOR EACH ROW SET @they = 1"),
          strict(
              "a temporary table, made by a function",
              "SELECT make_table()",
              "SELECT COUNT(*) FROM leftover",
              returning("make_table", "CREATE TEMPORARY TABLE leftover (id INT)")),
          strict(
              "the time zone, set by a function",
              "SELECT go_east()",
              "SELECT @@time_zone",
              returning("go_east", "SET time_zone = '+09:00'")),
          fast("the SQL mode", "SET sql_mode = 'NO_BACKSLASH_ESCAPES'", "SELECT @@sql_mode"),
          fast(
              "the time zone, set by a procedure",
              "CALL travel()",
              "SELECT @@time_zone",
              "CREATE PROCEDURE travel() SET time_zone = '+09:00'"),
          strict(
              "a time limit, set by a function",
              "SELECT wait_less()",
              "SELECT @@lock_wait_timeout",
              returning("wait_less", "SET lock_wait_timeout = 7")));

  private static final List<Leftover> H2 =
      List.of(
          fast("a variable", "SET @ME = 1", "SELECT @ME"),
          fast(
              "a local temporary table",
              "CREATE LOCAL TEMPORARY TABLE LEFTOVER (ID INT)",
              "SELECT COUNT(*) FROM LEFTOVER"),
          fast("the lock timeout", "SET LOCK_TIMEOUT 7", "SELECT LOCK_TIMEOUT()"),
          fast(
              "words that are no keywords",
              "SET NON_KEYWORDS VALUE",
              "SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS"
                  + " WHERE SETTING_NAME = 'NON_KEYWORDS'"),
          strict(
              "the value of a sequence",
              "SELECT NEXT VALUE FOR COUNTER",
              "SELECT CURRENT VALUE FOR COUNTER",
              "CREATE SEQUENCE COUNTER"),
          strict("a variable, set by a function", "CALL DO_IT('SET @ME = 1')", "SELECT @ME"),
          strict(
              "the schema, set by a function",
              "SELECT DO_IT('SET SCHEMA AWAY')",
              "SELECT CURRENT_SCHEMA",
              "CREATE SCHEMA AWAY"),
          strict(
              "the lock timeout, set by a function",
              "SELECT DO_IT('SET LOCK_TIMEOUT 7')",
              "SELECT LOCK_TIMEOUT()"));

  private Leftovers() {}

  static List<Leftover> on(DatabaseKind kind) {
    return switch (kind) {
      case POSTGRESQL -> POSTGRESQL;
      case MARIADB -> MARIADB;
      case H2 -> H2;
    };
  }

  /** Defines a function whose statement is out of sight. */
  private static String function(String name, String statement) {
    return "CREATE FUNCTION public."
        + name
        + "() RETURNS int LANGUAGE plpgsql AS $$ BEGIN "
        + statement
        + "; RETURN 1; END $$";
  }

  private static String returning(String name, String statement) {
    return "CREATE FUNCTION " + name + "() RETURNS INT BEGIN " + statement + "; RETURN 1; END";
  }
}
