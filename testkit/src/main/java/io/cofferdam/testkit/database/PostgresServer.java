package io.cofferdam.testkit.database;

import io.cofferdam.testkit.process.Kill;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** PostgreSQL 18, with passwords checked as in production. */
public final class PostgresServer extends DatabaseServer {

  private final Durability durability;
  private final Map<String, String> settings;
  private @Nullable EmbeddedPostgres running;

  /** Prepares a server for tests. */
  public PostgresServer() {
    this(Durability.SERVER_DEATH, Map.of("wal_writer_delay", "10s", "max_connections", "200"));
  }

  /**
   * Prepares a server.
   *
   * @param settings what is to be set besides, as in {@code postgresql.conf}
   */
  public PostgresServer(Durability durability, Map<String, String> settings) {
    super(DatabaseKind.POSTGRESQL);
    this.durability = durability;
    this.settings = Map.copyOf(settings);
  }

  @Override
  public void start() {
    if (running != null) {
      return;
    }
    try {
      running = builder().start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start PostgreSQL", e);
    }
  }

  private EmbeddedPostgres.Builder builder() throws IOException {
    Path access = directory().resolve("hba.conf");
    Files.writeString(
        access,
        """
        local all postgres trust
        host all postgres samehost trust
        host all all samehost md5
        """);
    String waitForDisk = durability == Durability.POWER_LOSS ? "on" : "off";
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(directory().resolve("data"))
            .setCleanDataDirectory(false)
            .setRegisterShutdownHook(false)
            .setPort(port())
            .setPGStartupWait(Duration.ofMinutes(1))
            .setServerConfig("hba_file", access.toString())
            .setServerConfig("fsync", waitForDisk)
            .setServerConfig("full_page_writes", waitForDisk)
            .setServerConfig("synchronous_commit", "on");
    settings.forEach(builder::setServerConfig);
    return builder;
  }

  @Override
  public void stop() {
    if (running == null) {
      return;
    }
    try {
      running.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot stop PostgreSQL", e);
    } finally {
      running = null;
    }
  }

  /** Returns the process id of the running server; its sessions are its children. */
  public long postmaster() {
    try {
      Path pidFile = directory().resolve("data/postmaster.pid");
      return Long.parseLong(Files.readAllLines(pidFile).get(0).trim());
    } catch (IOException e) {
      throw new UncheckedIOException("PostgreSQL does not run", e);
    }
  }

  @Override
  public void kill() {
    if (running == null) {
      return;
    }
    ProcessHandle.of(postmaster())
        .ifPresent(
            process -> {
              List<ProcessHandle> sessions = process.descendants().toList();
              Kill.andAwaitEnd(process);
              sessions.forEach(Kill::andAwaitEnd);
            });
    stop();
  }

  @Override
  public Connection admin(TestDatabase database) throws SQLException {
    return admin(database.name());
  }

  private Connection admin(String database) throws SQLException {
    return DriverManager.getConnection(url(database), "postgres", "");
  }

  @Override
  TestDatabase create(String name) throws SQLException {
    String owner = name + "_owner";
    try (Connection connection = admin("postgres");
        Statement statement = connection.createStatement()) {
      // SCRAM, the default, costs each worker 0.3 s of processor time when it connects.
      statement.execute("SET password_encryption = 'md5'");
      statement.execute("CREATE ROLE " + owner + " LOGIN PASSWORD '" + PASSWORD + "'");
      statement.execute("CREATE DATABASE " + name + " OWNER " + owner);
    }
    return new TestDatabase(kind(), name, url(name), owner, PASSWORD);
  }

  private String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
  }
}
