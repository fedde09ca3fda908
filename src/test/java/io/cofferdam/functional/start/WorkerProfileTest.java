package io.cofferdam.functional.start;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.WorkerProfile;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("process")
class WorkerProfileTest {

  private static TransactionExecutorBuilder oneWorker(String... jvmArgs) {
    return TestExecutors.on(Databases.fresh(DatabaseKind.H2), jvmArgs).workers(1).warmSpares(0);
  }

  private static String option(TransactionExecutorBuilder builder, String name) {
    try (TransactionExecutor executor = builder.build();
        TransactionClient client = executor.client("teller")) {
      return client.execute(
          connection ->
              ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                  .getVMOption(name)
                  .getValue());
    }
  }

  @ParameterizedTest
  @CsvSource({"COMPACT, 2097152", "BALANCED, 4194304"})
  void reachesTheWorker(WorkerProfile profile, String young) {
    assertThat(option(oneWorker().workerProfile(profile), "MaxNewSize")).isEqualTo(young);
  }

  @Test
  void letsTheOptimizingCompilerWorkForThroughput() {
    assertThat(option(oneWorker().workerProfile(WorkerProfile.THROUGHPUT), "TieredStopAtLevel"))
        .isEqualTo("4");
  }

  @ParameterizedTest
  @CsvSource({
    "-Xmn6m, MaxNewSize, 6291456",
    "-XX:NewSize=6m, NewSize, 6291456",
    "-XX:MinHeapFreeRatio=40, MinHeapFreeRatio, 40",
    "-XX:TieredStopAtLevel=3, TieredStopAtLevel, 3",
    "-XX:+UseParallelGC, UseParallelGC, true"
  })
  void yieldsToAnArgumentOfTheUser(String argument, String name, String value) {
    assertThat(option(oneWorker(argument).workerProfile(WorkerProfile.COMPACT), name))
        .isEqualTo(value);
  }
}
