package io.cofferdam.testkit.database;

import static org.awaitility.Awaitility.await;

import io.cofferdam.testkit.process.Kill;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.io.FileUtils;

/**
 * PgBouncer in front of one database, in transaction mode: a server connection is a client's for a
 * transaction only. A process of its own on the loopback interface; closing it kills it.
 */
public final class PgBouncer implements AutoCloseable {

  private static final int DEFAULT_MAX_CLIENTS = 100;

  private final TestDatabase behind;
  private final int port;
  private final Path directory;
  private final Process process;

  private PgBouncer(TestDatabase behind, int poolSize, int maxClients)
      throws IOException, InterruptedException {
    this.behind = behind;
    port = DatabaseServer.freePort();
    directory =
        Files.createTempDirectory(
            "cofferdam-pgbouncer-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Path settings = directory.resolve("pgbouncer.ini");
    Path users = directory.resolve("users.txt");
    Files.writeString(users, "\"" + behind.username() + "\" \"" + behind.password() + "\"\n");
    String server = behind.url().replaceAll("jdbc:postgresql://([^:]+):(\\d+)/.*", "$1 port=$2");
    Files.writeString(
        settings,
        """
        [databases]
        %1$s = host=%2$s dbname=%1$s

        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %3$d
        unix_socket_dir =
        auth_type = md5
        auth_file = %4$s
        pool_mode = transaction
        default_pool_size = %5$d
        max_client_conn = %6$d
        ignore_startup_parameters = extra_float_digits
        """
            .formatted(behind.name(), server, port, users, poolSize, maxClients));
    DebianProgram program = DebianProgram.find("pgbouncer");
    ProcessBuilder builder =
        new ProcessBuilder(command(program, settings))
            .redirectErrorStream(true)
            .redirectOutput(log().toFile());
    builder.environment().put("LD_LIBRARY_PATH", program.libraries());
    process = builder.start();
  }

  /** Tells whether this machine has it; else it is unpacked from Debian's package. */
  public static boolean isInstalled() {
    return DebianProgram.installed("pgbouncer").isPresent();
  }

  /**
   * Starts PgBouncer in front of a database, for a hundred clients at most.
   *
   * @param poolSize how many server connections its clients share
   */
  public static PgBouncer start(TestDatabase behind, int poolSize) {
    return start(behind, poolSize, DEFAULT_MAX_CLIENTS);
  }

  /**
   * Starts PgBouncer in front of a database.
   *
   * @param poolSize how many server connections its clients share
   * @param maxClients how many of them there may be
   */
  public static PgBouncer start(TestDatabase behind, int poolSize, int maxClients) {
    PgBouncer started;
    try {
      started = new PgBouncer(behind, poolSize, maxClients);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("cannot start PgBouncer", e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(started::close, "kill-pgbouncer"));
    await("PgBouncer to answer, see " + started.log())
        .atMost(Duration.ofMinutes(1))
        .failFast("PgBouncer ended: " + started.log(), () -> !started.process.isAlive())
        .ignoreExceptionsInstanceOf(SQLException.class)
        .until(() -> started.database().number("SELECT 1") == 1);
    return started;
  }

  /** It refuses to run as root. */
  private static List<String> command(DebianProgram program, Path settings) {
    List<String> command = new ArrayList<>(List.of(program.path().toString()));
    if (System.getProperty("user.name").equals("root")) {
      command.addAll(List.of("--user", "nobody"));
    }
    command.add(settings.toString());
    return command;
  }

  /** Returns the same database, as the clients of PgBouncer see it. */
  public TestDatabase database() {
    return new TestDatabase(
        behind.kind(),
        behind.name(),
        "jdbc:postgresql://127.0.0.1:" + port + "/" + behind.name() + "?prepareThreshold=0",
        behind.username(),
        behind.password());
  }

  private Path log() {
    return directory.resolve("pgbouncer.log");
  }

  @Override
  public void close() {
    Kill.andAwaitEnd(process.toHandle());
    FileUtils.deleteQuietly(directory.toFile());
  }
}
