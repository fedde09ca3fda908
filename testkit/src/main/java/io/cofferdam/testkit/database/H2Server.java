package io.cofferdam.testkit.database;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.h2.tools.Server;
import org.jspecify.annotations.Nullable;

/** H2 2.5 behind its TCP server, in a JVM of its own. */
public final class H2Server extends DatabaseServer {

  private @Nullable Process running;

  /** Prepares a server. */
  public H2Server() {
    super(DatabaseKind.H2);
  }

  @Override
  public void start() {
    if (running != null) {
      return;
    }
    try {
      String jar =
          Path.of(Server.class.getProtectionDomain().getCodeSource().getLocation().getPath())
              .toString();
      running =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin/java").toString(),
                  "-Xmx256m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-Dh2.bindAddress=127.0.0.1",
                  "-cp",
                  jar,
                  Server.class.getName(),
                  "-tcp",
                  "-tcpPort",
                  Integer.toString(port()),
                  "-ifNotExists",
                  "-baseDir",
                  directory().toString())
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(directory().resolve("server.log").toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start H2", e);
    }
    await("H2 to answer")
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> {
              new Socket(InetAddress.getLoopbackAddress(), port()).close();
              return true;
            });
  }

  @Override
  public void stop() {
    if (running != null) {
      running.destroy();
      awaitEnd(running);
      running = null;
    }
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
    await("H2 to end").atMost(Duration.ofMinutes(1)).until(() -> !process.isAlive());
  }

  /** The owner of an H2 database may do anything in it. */
  @Override
  public Connection admin(TestDatabase database) throws SQLException {
    return database.connect();
  }

  @Override
  TestDatabase create(String name) throws SQLException {
    // A commit survives the death of the server.
    String url = "jdbc:h2:tcp://127.0.0.1:" + port() + "/./" + name + ";WRITE_DELAY=0";
    String owner = "owner";
    try (Connection connection = DriverManager.getConnection(url, owner, PASSWORD);
        Statement statement = connection.createStatement()) {
      statement.execute("SET DB_CLOSE_DELAY -1");
      // H2 has no function that sleeps.
      statement.execute("CREATE ALIAS NAP FOR 'java.lang.Thread.sleep(long)'");
    }
    return new TestDatabase(kind(), name, url, owner, PASSWORD);
  }
}
