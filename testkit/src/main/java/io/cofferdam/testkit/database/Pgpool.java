package io.cofferdam.testkit.database;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.apache.commons.io.FileUtils;

/**
 * Pgpool-II in front of one database. It has a process for each client that is connected; a client
 * beyond those waits in the queue of the socket until another one disconnects. The process keeps
 * its server connection for the next client. On the loopback interface; closing it ends it.
 */
public final class Pgpool implements AutoCloseable {

  private final TestDatabase behind;
  private final int port;
  private final Path directory;
  private final Process process;

  private Pgpool(TestDatabase behind, int children, int backlogMultiplier)
      throws IOException, InterruptedException {
    this.behind = behind;
    port = DatabaseServer.freePort();
    directory = Files.createTempDirectory("cofferdam-pgpool-");
    Files.writeString(directory.resolve("pool_hba.conf"), "");
    Files.writeString(directory.resolve("pcp.conf"), "");
    Files.writeString(
        directory.resolve("pool_passwd"), behind.username() + ":TEXT" + behind.password() + "\n");
    Files.writeString(directory.resolve("pgpool.conf"), settings(children, backlogMultiplier));
    DebianProgram program = DebianProgram.find("pgpool2", "pgpool");
    ProcessBuilder builder =
        new ProcessBuilder(command(program))
            .redirectErrorStream(true)
            .redirectOutput(log().toFile());
    builder.environment().put("LD_LIBRARY_PATH", program.libraries());
    process = builder.start();
  }

  /**
   * Starts Pgpool-II in front of a database.
   *
   * @param children {@code num_init_children}: how many clients are served at once, each by a
   *     process with a server connection
   * @param backlogMultiplier {@code listen_backlog_multiplier}: for how many times as many clients
   *     the queue of the socket has room
   */
  public static Pgpool start(TestDatabase behind, int children, int backlogMultiplier) {
    Pgpool started;
    try {
      started = new Pgpool(behind, children, backlogMultiplier);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("cannot start Pgpool-II", e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(started::close, "end-pgpool"));
    await("Pgpool-II to answer, see " + started.log())
        .atMost(Duration.ofMinutes(1))
        .failFast("Pgpool-II ended: " + started.log(), () -> !started.process.isAlive())
        .ignoreExceptionsInstanceOf(SQLException.class)
        .until(() -> started.database().number("SELECT 1") == 1);
    return started;
  }

  private String settings(int children, int backlogMultiplier) throws IOException {
    return """
        backend_clustering_mode = 'raw'
        backend_hostname0 = '127.0.0.1'
        backend_port0 = %1$s
        backend_weight0 = 1
        listen_addresses = '127.0.0.1'
        port = %2$d
        socket_dir = '%3$s'
        pcp_listen_addresses = ''
        pcp_socket_dir = '%3$s'
        pcp_port = %4$d
        pid_file_name = '%3$s/pgpool.pid'
        logdir = '%3$s'
        enable_pool_hba = off
        pool_passwd = '%3$s/pool_passwd'
        connection_cache = on
        max_pool = 1
        num_init_children = %5$d
        listen_backlog_multiplier = %6$d
        load_balance_mode = off
        sr_check_period = 0
        """
        .formatted(
            behind.url().replaceAll("jdbc:postgresql://[^:]+:(\\d+)/.*", "$1"),
            port,
            directory,
            DatabaseServer.freePort(),
            children,
            backlogMultiplier);
  }

  private List<String> command(DebianProgram program) {
    return List.of(
        program.path().toString(),
        "-n",
        "-f",
        directory.resolve("pgpool.conf").toString(),
        "-F",
        directory.resolve("pcp.conf").toString(),
        "-a",
        directory.resolve("pool_hba.conf").toString());
  }

  /** Returns the same database, as the clients of Pgpool-II see it, who wait for it at length. */
  public TestDatabase database() {
    return new TestDatabase(
        behind.kind(),
        behind.name(),
        "jdbc:postgresql://127.0.0.1:" + port + "/" + behind.name() + "?connectTimeout=0",
        behind.username(),
        behind.password());
  }

  private Path log() {
    return directory.resolve("pgpool.log");
  }

  /** Has it end its children; they would stay, and listen, if it were killed. */
  @Override
  public void close() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    await("Pgpool-II to end")
        .atMost(Duration.ofSeconds(30))
        .until(() -> !process.isAlive() && children.stream().noneMatch(ProcessHandle::isAlive));
    FileUtils.deleteQuietly(directory.toFile());
  }
}
