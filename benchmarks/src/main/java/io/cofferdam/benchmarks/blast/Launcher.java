package io.cofferdam.benchmarks.blast;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cofferdam.benchmarks.process.ChildJvm;
import io.cofferdam.testkit.database.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Starts application processes.
 *
 * @param classPath the class path
 * @param database where the tables are
 * @param plan how big everything is
 */
record Launcher(String classPath, TestDatabase database, BlastPlan plan) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Starts an application, and returns when its clients could start.
   *
   * @param group what its processes are put into; null if their memory is not limited
   */
  Application start(Architecture architecture, Fault fault, @Nullable MemoryGroup group)
      throws IOException {
    Application application = new Application();
    try {
      for (int i = 0; i < architecture.processes(); i++) {
        ChildJvm jvm = fork(architecture, application.directory());
        application.add(jvm);
        if (group != null) {
          group.add(jvm.pid());
        }
        int each = architecture.clientsEach();
        Crowd crowd = new Crowd(i * each, each, architecture.style());
        send(jvm, architecture, crowd, fault, application);
      }
      application.awaitReady();
      return application;
    } catch (IOException | RuntimeException e) {
      application.close();
      throw e;
    }
  }

  /** Starts an application anew with one client, and returns when that was served. */
  void restart(Architecture architecture) throws IOException {
    try (Application application = new Application()) {
      ChildJvm jvm = fork(architecture, application.directory());
      application.add(jvm);
      Crowd crowd = new Crowd(0, 1, architecture.style());
      send(jvm, architecture, crowd, Fault.SEGFAULT, application);
      application.awaitReady();
      application.serveOne();
    }
  }

  private ChildJvm fork(Architecture architecture, Path directory) throws IOException {
    List<String> arguments = new ArrayList<>(architecture.flags());
    arguments.add("-Djava.io.tmpdir=" + directory);
    arguments.add("-XX:-CreateCoredumpOnCrash");
    arguments.add("-XX:ErrorFile=" + directory.resolve("hs_err_pid%p.log"));
    arguments.add(BlastMain.class.getName());
    return ChildJvm.start(architecture.java(), classPath, arguments);
  }

  private void send(
      ChildJvm jvm, Architecture architecture, Crowd crowd, Fault fault, Application application)
      throws IOException {
    BlastOrder order =
        new BlastOrder(
            architecture.spec(),
            database,
            plan.accounts(),
            crowd,
            fault,
            application.log(crowd.first()).toString(),
            application.mark().toString());
    jvm.send(JSON.writeValueAsString(order));
  }
}
