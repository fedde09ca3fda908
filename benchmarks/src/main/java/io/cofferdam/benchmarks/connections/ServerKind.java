package io.cofferdam.benchmarks.connections;

import io.cofferdam.testkit.database.Durability;
import io.cofferdam.testkit.database.MariaDbServer;
import io.cofferdam.testkit.database.PostgresServer;
import java.util.Map;

/** What a connection is in a server. */
enum ServerKind {
  /** It is a process. */
  POSTGRESQL("PostgreSQL, a process each"),
  /** It is a thread. */
  MARIADB("MariaDB, a thread each");

  /** How many connections the program needs besides. */
  private static final int SPARE = 20;

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

  /** Starts a server that has room for so many connections. */
  RunningServer start(int connections) {
    int most = connections + SPARE;
    return switch (this) {
      case POSTGRESQL -> {
        PostgresServer server =
            new PostgresServer(
                Durability.SERVER_DEATH,
                Map.of(
                    "max_connections", Integer.toString(most),
                    "shared_buffers", "512MB",
                    "synchronous_commit", "off",
                    "checkpoint_timeout", "1d",
                    "autovacuum", "off"));
        yield RunningServer.start(server, server::postmaster);
      }
      case MARIADB -> {
        MariaDbServer server =
            new MariaDbServer(
                Durability.SERVER_DEATH,
                "--max-connections=" + most,
                "--innodb-buffer-pool-size=512M",
                "--thread-handling=one-thread-per-connection");
        yield RunningServer.start(server, server::pid);
      }
    };
  }
}
