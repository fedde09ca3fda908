package io.cofferdam.benchmarks.workers;

import io.cofferdam.benchmarks.process.ChildJvm;
import io.cofferdam.benchmarks.process.ProcessTree;
import io.cofferdam.testkit.database.TestDatabase;
import java.io.IOException;
import java.net.URI;

/**
 * A network between measured processes and their database whose round trips take a time of choice:
 * a {@link DelayingProxy} in a process of its own, which is below none of the measured ones.
 * Closing it ends the process.
 */
final class SlowNetwork implements AutoCloseable {

  private static final String JDBC = "jdbc:";

  private final ChildJvm jvm;
  private final TestDatabase near;

  private SlowNetwork(ChildJvm jvm, TestDatabase near) {
    this.jvm = jvm;
    this.near = near;
  }

  /** Starts one whose round trips take no longer yet than its two processes need. */
  static SlowNetwork to(TestDatabase database) throws IOException {
    URI far = URI.create(database.url().substring(JDBC.length()));
    ChildJvm jvm =
        ChildJvm.sibling(DelayingProxyMain.class, far.getHost(), Integer.toString(far.getPort()));
    String port = jvm.expect(DelayingProxyMain.PORT);
    return new SlowNetwork(
        jvm,
        new TestDatabase(
            database.kind(),
            database.name(),
            database.url().replace(far.getAuthority(), "127.0.0.1:" + port),
            database.username(),
            database.password()));
  }

  /** Returns the database as it is seen through this network. */
  TestDatabase database() {
    return near;
  }

  /** Returns the process that forwards. */
  ProcessTree processes() {
    return new ProcessTree(jvm.pid());
  }

  /** Sets how many milliseconds a round trip takes more. */
  void delayMillis(int roundTrip) throws IOException {
    jvm.send(Long.toString(roundTrip * 1_000_000L));
    jvm.expect(DelayingProxyMain.SET);
  }

  @Override
  public void close() {
    jvm.close();
  }
}
