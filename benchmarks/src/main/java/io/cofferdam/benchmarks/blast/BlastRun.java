package io.cofferdam.benchmarks.blast;

import io.cofferdam.benchmarks.run.BenchmarkDatabase;
import io.cofferdam.benchmarks.run.Waiting;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.tpcb.TpcBTables;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Has one transaction go wrong in one architecture, and finds out what that took. */
final class BlastRun {

  private static final Duration POLL = Duration.ofMillis(100);

  /** Sessions in the database of others than the one that asks, and than the one that tidies. */
  private static final String OTHER_SESSIONS =
      "SELECT COUNT(*) - 1 FROM pg_stat_activity WHERE datname = current_database()"
          + " AND backend_type = 'client backend' AND pid <> pg_backend_pid()";

  private final BenchmarkDatabase database;
  private final Launcher launcher;
  private final BlastPlan plan;

  BlastRun(BenchmarkDatabase database, Launcher launcher) {
    this.database = database;
    this.launcher = launcher;
    this.plan = launcher.plan();
  }

  /** Runs the load, has the fault strike, and judges what the clients were told. */
  BlastResult run(Architecture architecture, Fault fault) throws Exception {
    database.tidy();
    if (fault != Fault.NATIVE_LEAK) {
      return run(architecture, fault, null);
    }
    try (MemoryGroup group = MemoryGroup.create()) {
      return run(architecture, fault, group);
    }
  }

  private BlastResult run(Architecture architecture, Fault fault, @Nullable MemoryGroup group)
      throws Exception {
    try (Application application = launcher.start(architecture, fault, group)) {
      lead(architecture, application);
      if (group != null) {
        group.allowMore(BlastPlan.ROOM_BYTES);
      }
      long strike = application.strike();
      Optional<Long> death = application.awaitEnd(plan.after(fault));
      long end = death.isPresent() ? death.get() : System.nanoTime();
      int dead = application.dead();
      if (death.isEmpty()) {
        application.tell(BlastMain.Command.STOP);
        awaitAnswers(application);
      }
      application.kill();
      OptionalDouble restart =
          death.isPresent() ? restart(architecture, death.get()) : OptionalDouble.empty();
      return Judge.judge(
          new Observation(
              application.events(),
              history(),
              strike,
              end,
              new Observation.Ending(architecture.processes(), dead, restart),
              plan.rateWindow()));
    }
  }

  /** Starts the load, and returns when all clients have work in flight, and a while later. */
  private void lead(Architecture architecture, Application application)
      throws InterruptedException {
    application.tell(BlastMain.Command.START);
    Waiting.until(
        "work of all clients", POLL, () -> haveBegun(application, architecture.clients()));
    Thread.sleep(plan.rateWindow().toMillis());
  }

  private static boolean haveBegun(Application application, int clients) {
    if (application.dead() > 0) {
      throw new IllegalStateException("an application process ended before the fault");
    }
    return application.events().stream().mapToInt(Event::client).distinct().count() == clients;
  }

  /** Returns when everything is answered, or when nothing has been answered for a while. */
  private void awaitAnswers(Application application) {
    Waiting.until("answers", POLL, new LastAnswers(application, plan.quiet())::areThere);
  }

  /** What a supervisor would do: starts it again at once. */
  private OptionalDouble restart(Architecture architecture, long deathNanos) throws IOException {
    launcher.restart(architecture);
    return OptionalDouble.of((System.nanoTime() - deathNanos) / 1e9);
  }

  /** Reads the history when no session is left that could still add to it. */
  private List<Long> history() throws SQLException {
    try (Connection connection = database.address().connect()) {
      Waiting.until("the end of all sessions", () -> isAlone(connection));
      return TpcBTables.read(connection).historyIds();
    }
  }

  private static boolean isAlone(Connection connection) {
    try {
      return Sql.number(connection, OTHER_SESSIONS) == 0;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
