package io.cofferdam.testing;

import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.testkit.database.TestDatabase;
import java.util.ArrayList;
import java.util.List;

/** Builders for executors on the database of a test. */
public final class TestExecutors {

  private TestExecutors() {}

  /**
   * Returns a builder for an executor whose workers start fast.
   *
   * @param jvmArguments of the workers
   */
  public static TransactionExecutorBuilder on(TestDatabase database, String... jvmArguments) {
    List<String> all = new ArrayList<>(LeanWorkers.jvmArguments(database));
    all.addAll(List.of(jvmArguments));
    return withJars(database).workerJvmArgs(all.toArray(new String[0]));
  }

  /** Returns a builder for an executor whose class path has jars only. */
  public static TransactionExecutorBuilder withJars(TestDatabase database) {
    return plain(database).workerClassPath(LeanWorkers.classPath());
  }

  /** Returns a builder for an executor whose workers have the class path of this JVM. */
  public static TransactionExecutorBuilder plain(TestDatabase database) {
    return TransactionExecutor.builder()
        .jdbcUrl(database.url())
        .username(database.username())
        .password(database.password())
        .archiveDirectory(null);
  }
}
