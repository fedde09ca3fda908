package io.cofferdam.testing;

import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An empty database that no other test uses, and an ordinary user who owns it. Serializable, so
 * that a task can capture it and open a session of its own beside the guarded connection.
 */
public record TestDatabase(
    DatabaseKind kind, String name, String url, String username, String password)
    implements Serializable {

  /** Opens a plain session as the owner, in the JVM that calls this. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url, username, password);
  }

  /**
   * Returns a builder for an executor on this database, whose workers start fast.
   *
   * @param jvmArguments of the workers
   */
  public TransactionExecutorBuilder executor(String... jvmArguments) {
    List<String> all = new ArrayList<>(LeanWorkers.jvmArguments(this));
    all.addAll(List.of(jvmArguments));
    return executorWithJars().workerJvmArgs(all.toArray(new String[0]));
  }

  /** Returns a builder for an executor on this database, whose class path has jars only. */
  public TransactionExecutorBuilder executorWithJars() {
    return plainExecutor().workerClassPath(LeanWorkers.classPath());
  }

  /** Returns a builder for an executor on this database, with the class path of this JVM. */
  public TransactionExecutorBuilder plainExecutor() {
    return TransactionExecutor.builder().jdbcUrl(url).username(username).password(password);
  }

  /** Has a worker with a JVM argument do what most workers do. */
  void rehearse(String jvmArgument) throws SQLException {
    try (TransactionExecutor executor =
            executorWithJars().workerJvmArgs(jvmArgument).workers(1).warmSpares(0).build();
        TransactionClient client = executor.client("rehearsal")) {
      for (int i = 0; i < 3; i++) {
        int number = i;
        client.execute(
            connection -> {
              try (PreparedStatement query = connection.prepareStatement("SELECT ?")) {
                query.setInt(1, number);
                query.executeQuery().close();
              }
              return Sql.number(connection, "SELECT 1");
            });
      }
    }
  }

  /** Runs statements in a session of their own, each committed. */
  public void run(String... statements) throws SQLException {
    try (Connection connection = connect()) {
      Sql.run(connection, statements);
    }
  }

  /** Returns the first column of the first row as a number, seen by a session of its own. */
  public long number(String query) throws SQLException {
    try (Connection connection = connect()) {
      return Sql.number(connection, query);
    }
  }

  /** Returns the first column of the first row as text, seen by a session of its own. */
  public @Nullable String text(String query) throws SQLException {
    try (Connection connection = connect()) {
      return Sql.text(connection, query);
    }
  }

  /** Hides the password. */
  @Override
  public String toString() {
    return url;
  }
}
