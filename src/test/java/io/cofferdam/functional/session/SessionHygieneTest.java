package io.cofferdam.functional.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.SessionHygiene;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.functional.WithOneWorker;
import io.cofferdam.testkit.database.DatabaseKind;
import java.sql.Connection;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a transaction leaves in its session does not reach the next task of the same worker. */
@Tag("any-jdk")
@ParameterizedClass(name = "{0} {1}")
@MethodSource("everywhere")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionHygieneTest extends WithOneWorker {

  @Parameter(0)
  DatabaseKind parameter;

  @Parameter(1)
  SessionHygiene hygiene;

  private SessionHygiene configured = SessionHygiene.FAST;

  static Stream<Arguments> everywhere() {
    return Stream.of(DatabaseKind.values())
        .flatMap(kind -> Stream.of(SessionHygiene.values()).map(each -> Arguments.of(kind, each)));
  }

  @BeforeParameterizedClassInvocation
  final void openExecutor(DatabaseKind kind, SessionHygiene promised) {
    configured = promised;
    open(kind);
  }

  @AfterParameterizedClassInvocation
  final void closeExecutor() {
    close();
  }

  @Override
  protected TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
    return builder.sessionHygiene(configured);
  }

  @Test
  void nothingIsLeftThatIsPromisedToBeRemoved() throws Exception {
    if (kind == DatabaseKind.H2) {
      database.run(
          """
          CREATE ALIAS DO_IT AS 'int doIt(java.sql.Connection connection, String sql)
              throws java.sql.SQLException {
            connection.createStatement().execute(sql);
            return 1;
          }'
          """);
    }
    List<Leftover> promised =
        Leftovers.on(kind).stream()
            .filter(each -> each.promisedBy().compareTo(hygiene) <= 0)
            .toList();
    assertThat(promised).isNotEmpty();
    for (Leftover leftover : promised) {
      leftover.prepare(database);
      String fresh = client.execute(leftover::look);
      assertThat(seenInTheSameSession(leftover))
          .as("the trace of %s", leftover)
          .isNotEqualTo(fresh);

      client.run(leftover::leave);

      String next = client.execute(leftover::look);
      assertThat(next).as("after %s", leftover).isEqualTo(fresh);
    }
  }

  /**
   * Returns what a session sees of what it has left itself: without that, a case proves nothing.
   */
  private String seenInTheSameSession(Leftover leftover) throws Exception {
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      leftover.leave(connection);
      connection.commit();
      String seen = leftover.look(connection);
      connection.rollback();
      return seen;
    }
  }
}
