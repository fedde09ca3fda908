package io.cofferdam.benchmarks.connections;

import io.cofferdam.benchmarks.run.BenchmarkDatabase;
import java.sql.SQLException;

/** What a connection is in a server. */
enum ServerKind {
  /** It is a process. */
  POSTGRESQL("PostgreSQL, a process each"),
  /** It is a thread. */
  MARIADB("MariaDB, a thread each");

  private final String title;

  ServerKind(String title) {
    this.title = title;
  }

  /** Returns its name in reports. */
  String title() {
    return title;
  }

  /** Returns the name of a row of the report. */
  String row(int connections) {
    return "%s, %,d".formatted(title, connections);
  }

  /** Starts a server that has room for so many connections, and fills its tables. */
  BenchmarkDatabase start(int accounts, int connections) throws SQLException {
    return switch (this) {
      case POSTGRESQL -> BenchmarkDatabase.start(false, accounts);
      case MARIADB -> BenchmarkDatabase.startMariaDb(accounts, connections);
    };
  }
}
