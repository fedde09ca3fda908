package io.cofferdam.functional.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.WorkerStartException;
import io.cofferdam.testing.CapturedLog;
import io.cofferdam.testing.HostileDriver;
import io.cofferdam.testkit.process.WorkerProcesses;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a driver's failure to connect carries does no harm to the application. */
@Tag("process")
class HostileDriverTest {

  @RegisterExtension
  final CapturedLog log = CapturedLog.of("io.cofferdam.internal.supervise.StartFailures");

  @TempDir private Path scratch;

  @AfterEach
  void leavesNoProcess() {
    WorkerProcesses.awaitNone();
  }

  private WorkerStartException failureOf(TransactionExecutorBuilder builder) throws Exception {
    builder.workers(1).warmSpares(0).workerClassPath(HostileDriver.classPath(scratch));
    return catchThrowableOfType(WorkerStartException.class, () -> builder.build().close());
  }

  @Test
  void anExceptionThatCannotBeDeserializedInTimeIsToldAsTextAndNumbers() throws Exception {
    WorkerStartException failure =
        failureOf(TransactionExecutor.builder().jdbcUrl("jdbc:hostile:bomb"));

    assertThat(failure).hasMessageContaining("the driver is a bomb");
    assertThat(failure.getCause())
        .isExactlyInstanceOf(SQLException.class)
        .hasMessage("the driver is a bomb");
    SQLException cause = (SQLException) failure.getCause();
    assertThat(cause.getSQLState()).isEqualTo("08004");
    assertThat(cause.getErrorCode()).isEqualTo(77);
    assertThat(cause.getStackTrace()[0].getClassName()).isEqualTo(HostileDriver.class.getName());
  }

  /** Each try would leave a connection behind. */
  @Test
  void aConnectionThatFailsInAnUnexpectedWayIsClosed() throws Exception {
    WorkerStartException failure =
        failureOf(TransactionExecutor.builder().jdbcUrl("jdbc:hostile:break"));

    assertThat(failure).hasMessageContaining("the connection is broken");
    assertThat(failure.getCause().getSuppressed())
        .singleElement()
        .asString()
        .contains("it was to be closed");
  }

  @Test
  void whatItSaysForgesNoLineAndFillsNoLog() throws Exception {
    WorkerStartException failure =
        failureOf(TransactionExecutor.builder().jdbcUrl("jdbc:hostile:forge"));

    assertThat(log.messages())
        .isNotEmpty()
        .allSatisfy(message -> assertThat(message).hasSizeLessThan(1_200))
        .allSatisfy(message -> assertThat(message).doesNotContain("\n", "\u2028", "\u202e"))
        .anySatisfy(message -> assertThat(message).contains("attempt 1\\u000a2026-01-01 ERROR"));
    assertThat(failure.getMessage()).hasSizeLessThan(1_200).doesNotContain("\n", "\u2028");
    assertThat(failure.getCause().getMessage()).doesNotContain("\u2028", "\u202e");
  }

  @Test
  void theSecretsThatItTellsAreNotTold() throws Exception {
    WorkerStartException failure =
        failureOf(
            TransactionExecutor.builder()
                .jdbcUrl("jdbc:hostile:tell://me:s3cr3tA@host/db?sslpassword=s3cr3tB&ssl=true")
                .username("me")
                .password("s3cr3tC,D")
                .connectionProperty("accessToken", "s3cr3tE"));

    StringWriter printed = new StringWriter();
    failure.printStackTrace(new PrintWriter(printed));
    assertThat(printed.toString() + log.messages())
        .contains("cannot reach jdbc:hostile:tell://***@host/db?sslpassword=***&ssl=true with")
        .doesNotContain("s3cr3t");
    assertThat(((SQLException) failure.getCause()).getSQLState()).isEqualTo("08001");
  }
}
