package io.cofferdam.functional.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.DriverWithAThread;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Driver;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver that nobody uses, and that starts a thread when it is found, as MySQL's does. */
@Tag("process")
class SecondDriverTest {

  @Test
  void costsNoWorker(@TempDir Path services) throws Exception {
    Path service = services.resolve("META-INF/services/" + Driver.class.getName());
    Files.createDirectories(services.resolve("META-INF/services"));
    Files.writeString(service, DriverWithAThread.class.getName(), StandardCharsets.UTF_8);
    List<Path> classPath = new ArrayList<>();
    classPath.add(services);
    Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(Path::of)
        .filter(Files::exists)
        .forEach(classPath::add);

    try (TransactionExecutor executor =
            TestExecutors.plain(Databases.fresh(DatabaseKind.H2))
                .workers(1)
                .warmSpares(0)
                .workerClassPath(classPath)
                .build();
        TransactionClient client = executor.client("teller")) {
      TreeSet<Long> workers = new TreeSet<>();
      for (int i = 0; i < 5; i++) {
        assertThat(client.<Boolean, RuntimeException>execute(c -> DriverWithAThread.isAlive()))
            .isTrue();
        workers.add(client.execute(connection -> ProcessHandle.current().pid()));
      }

      assertThat(workers).hasSize(1);
    }
  }
}
