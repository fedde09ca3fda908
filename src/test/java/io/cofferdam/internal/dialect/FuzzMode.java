package io.cofferdam.internal.dialect;

import com.google.errorprone.annotations.Immutable;
import io.cofferdam.testkit.database.DatabaseKind;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;

/** A database, the options of a connection to it, and how texts are sent. */
enum FuzzMode {
  POSTGRES_EXTENDED(DatabaseKind.POSTGRESQL, "?socketTimeout=20", FuzzMode::execute),
  POSTGRES_PREPARED(DatabaseKind.POSTGRESQL, "?socketTimeout=20", FuzzMode::executePrepared),
  POSTGRES_CALL(DatabaseKind.POSTGRESQL, "?socketTimeout=20", FuzzMode::executeCall),
  POSTGRES_SIMPLE(
      DatabaseKind.POSTGRESQL, "?socketTimeout=20&preferQueryMode=simple", FuzzMode::execute),
  POSTGRES_SIMPLE_PREPARED(
      DatabaseKind.POSTGRESQL,
      "?socketTimeout=20&preferQueryMode=simple",
      FuzzMode::executePrepared),
  POSTGRES_SIMPLE_RETURNING(
      DatabaseKind.POSTGRESQL,
      "?socketTimeout=20&preferQueryMode=simple",
      FuzzMode::executeReturning),
  POSTGRES_COPY(DatabaseKind.POSTGRESQL, "?socketTimeout=5", FuzzMode::copy),

  MARIADB_ONE(DatabaseKind.MARIADB, "?socketTimeout=20000", FuzzMode::execute),
  MARIADB_SEVERAL(
      DatabaseKind.MARIADB, "?socketTimeout=20000&allowMultiQueries=true", FuzzMode::execute),
  MARIADB_PREPARED(
      DatabaseKind.MARIADB,
      "?socketTimeout=20000&allowMultiQueries=true",
      FuzzMode::executePrepared),

  H2_REGULAR(DatabaseKind.H2, "", FuzzMode::execute),
  H2_PREPARED(DatabaseKind.H2, "", FuzzMode::executePrepared),
  H2_WITH_BRACKETS(DatabaseKind.H2, ";MODE=MSSQLServer", FuzzMode::execute);

  /** A way to send a text. */
  @Immutable
  @FunctionalInterface
  interface Sending {
    void send(Connection connection, String sql) throws SQLException, IOException;
  }

  private static final String HOSTILE = "'; COMMIT; -- */ \\";

  private static final int MOST_PARAMETERS = 8;

  private final DatabaseKind kind;
  private final String options;
  private final Sending sending;

  FuzzMode(DatabaseKind kind, String options, Sending sending) {
    this.kind = kind;
    this.options = options;
    this.sending = sending;
  }

  DatabaseKind kind() {
    return kind;
  }

  String options() {
    return options;
  }

  boolean hasParameters() {
    return name().endsWith("PREPARED") || this == POSTGRES_CALL;
  }

  boolean copies() {
    return this == POSTGRES_COPY;
  }

  void send(Connection connection, String sql) throws SQLException, IOException {
    sending.send(connection, sql);
  }

  /** Returns statements of which one changes how the next texts are read; none if none does. */
  String[] settings() {
    return switch (kind) {
      case POSTGRESQL ->
          new String[] {
            "SET standard_conforming_strings = on",
            "SET standard_conforming_strings = off",
            "SET backslash_quote = on",
            "SET backslash_quote = safe_encoding"
          };
      case MARIADB ->
          new String[] {
            "SET sql_mode = ''",
            "SET sql_mode = 'NO_BACKSLASH_ESCAPES'",
            "SET sql_mode = 'ANSI_QUOTES'",
            "SET sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES'",
            "SET sql_mode = 'ORACLE'"
          };
      case H2 -> new String[0];
    };
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void executePrepared(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      executeWithParameters(statement);
    }
  }

  private static void executeCall(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareCall(sql)) {
      executeWithParameters(statement);
    }
  }

  private static void executeReturning(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql, new String[] {"id"});
    }
  }

  private static void executeWithParameters(PreparedStatement statement) throws SQLException {
    setAll(statement);
    statement.execute();
  }

  /** Drivers do not tell how many parameters a text has without asking the server. */
  private static void setAll(PreparedStatement statement) {
    try {
      for (int i = 1; i <= MOST_PARAMETERS; i++) {
        statement.setString(i, HOSTILE);
      }
    } catch (SQLException thereAreNoMore) {
      return;
    }
  }

  private static void copy(Connection connection, String sql) throws SQLException, IOException {
    connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql, new StringReader(""));
  }
}
