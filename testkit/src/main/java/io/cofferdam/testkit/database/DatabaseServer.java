package io.cofferdam.testkit.database;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.io.FileUtils;

/**
 * A database server in a process of its own on the loopback interface. It keeps its port and what
 * was committed when it is stopped or killed and started again. Not thread-safe, but for {@link
 * #fresh}.
 */
public abstract class DatabaseServer implements AutoCloseable {

  /** The password of every user of its databases. */
  static final String PASSWORD = "s3cret of a test";

  private static final int FIRST_PORT = 10_000;
  private static final int LAST_PORT = 32_000;

  private final DatabaseKind kind;
  private final int port;
  private final Path directory;
  private final AtomicInteger databases = new AtomicInteger();

  DatabaseServer(DatabaseKind kind) {
    this.kind = kind;
    try {
      this.port = freePort();
      this.directory =
          Files.createTempDirectory("cofferdam-" + kind.name().toLowerCase(Locale.ROOT) + "-");
    } catch (IOException e) {
      throw new IllegalStateException("cannot prepare " + kind, e);
    }
  }

  /** Starts the server, if it is not running, and returns when it answers. */
  public abstract void start();

  /** Stops the server in an orderly way, if it is running; its clients lose their connections. */
  public abstract void stop();

  /** Ends the server by SIGKILL. */
  public abstract void kill();

  /** Opens a session that may do anything, in a database that {@link #fresh} made. */
  public abstract Connection admin(TestDatabase database) throws SQLException;

  /** Makes an empty database for the caller alone. */
  public TestDatabase fresh() {
    String name = "test" + databases.incrementAndGet();
    try {
      return create(name);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot make a database in " + kind, e);
    }
  }

  abstract TestDatabase create(String name) throws SQLException;

  /** Returns what kind of database it is. */
  public DatabaseKind kind() {
    return kind;
  }

  /** Returns the TCP port that it listens on. */
  public int port() {
    return port;
  }

  Path directory() {
    return directory;
  }

  /**
   * Has the server killed when this JVM ends, unless it is stopped before.
   *
   * @return this server
   */
  public DatabaseServer killAtExit() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::kill, "kill-" + kind));
    return this;
  }

  /** Stops the server and deletes its data. */
  @Override
  public void close() {
    stop();
    FileUtils.deleteQuietly(directory.toFile());
  }

  /**
   * Returns a port that nobody listens on. It is not one that the kernel gives to outgoing
   * connections, which could have it while a server is stopped.
   */
  static int freePort() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
      if (isFree(port)) {
        return port;
      }
    }
  }

  private static boolean isFree(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (BindException e) {
      return false;
    }
  }
}
