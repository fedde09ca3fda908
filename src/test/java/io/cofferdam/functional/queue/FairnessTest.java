package io.cofferdam.functional.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import io.cofferdam.testkit.process.WorkerProcesses;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Waiting is fair over client handles, and a handle costs next to nothing. */
class FairnessTest extends OnOneDatabase {

  private static final int QUEUED = 1_000;
  private static final int HANDLES = 5_000;

  FairnessTest() {
    super(DatabaseKind.POSTGRESQL);
  }

  @Override
  protected TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
    return builder.maxQueued(20_000);
  }

  @Nested
  class AClientWithAThousandQueuedTasks {

    @Test
    void makesAnotherWaitForOneOfThemAtMost() throws Exception {
      String table = table("id SERIAL PRIMARY KEY, note VARCHAR(100)");
      long lock = Math.abs((long) table.hashCode());
      try (Connection held = database.connect();
          TransactionClient greedy = executor.client("greedy");
          TransactionClient modest = executor.client("modest")) {
        Sql.run(held, "SELECT pg_advisory_lock(" + lock + ")");
        List<CompletableFuture<Object>> queued = new ArrayList<>();
        queued.add(
            greedy.submit(
                connection -> {
                  Sql.run(connection, "SELECT pg_advisory_xact_lock(" + lock + ")");
                  return null;
                }));
        for (int i = 0; i < QUEUED; i++) {
          queued.add(greedy.submit(note(table, "greedy")));
        }
        for (int i = 0; i < 10; i++) {
          queued.add(modest.submit(note(table, "modest")));
        }

        Sql.run(held, "SELECT pg_advisory_unlock(" + lock + ")");

        queued.forEach(CompletableFuture::join);
      }
      assertThat(rows(table)).isEqualTo(QUEUED + 10);
      assertThat(database.number("SELECT max(id) FROM " + table + " WHERE note = 'modest'"))
          .as("the place of the tenth of the modest client")
          .isLessThanOrEqualTo(20);
    }

    @Test
    void sharesTheWorkerEquallyWithAnotherThatHasAsMany() throws Exception {
      String table = table("id SERIAL PRIMARY KEY, note VARCHAR(100)");
      try (TransactionClient one = executor.client("one");
          TransactionClient two = executor.client("two")) {
        List<CompletableFuture<Object>> queued = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
          queued.add(one.submit(note(table, "one")));
        }
        for (int i = 0; i < 300; i++) {
          queued.add(two.submit(note(table, "two")));
        }
        queued.forEach(CompletableFuture::join);
      }
      long between =
          database.number(
              "SELECT count(*) FROM "
                  + table
                  + " WHERE note = 'one' AND id BETWEEN"
                  + " (SELECT min(id) FROM "
                  + table
                  + " WHERE note = 'two') AND"
                  + " (SELECT min(id) + 199 FROM "
                  + table
                  + " WHERE note = 'two')");
      assertThat(between).as("of two hundred").isBetween(99L, 101L);
    }
  }

  @Nested
  class TheTasksOfOneHandle {

    @Test
    void startInTheOrderInWhichTheyWereGiven() throws Exception {
      String table = table("place SERIAL PRIMARY KEY, id INT");
      List<CompletableFuture<Object>> queued = new ArrayList<>();
      for (int i = 1; i <= 500; i++) {
        int id = i;
        queued.add(
            client.submit(
                connection -> {
                  Sql.run(connection, "INSERT INTO " + table + " (id) VALUES (" + id + ")");
                  return null;
                }));
      }
      queued.forEach(CompletableFuture::join);

      assertThat(database.number("SELECT count(*) FROM " + table + " WHERE id <> place")).isZero();
    }
  }

  @Nested
  class FiveThousandHandles {

    @Test
    void costNoThreadAndNoDescriptor() throws Exception {
      String table = table();
      client.run(sql("SELECT 1"));
      int threads = Thread.activeCount();
      int descriptors = WorkerProcesses.openDescriptors();
      List<TransactionClient> handles = new ArrayList<>();
      List<CompletableFuture<Integer>> answers = new ArrayList<>();

      for (int i = 0; i < HANDLES; i++) {
        handles.add(executor.client("handle-" + i));
      }
      assertThat(executor.snapshot().clients()).isEqualTo(HANDLES + 1);
      for (int i = 0; i < HANDLES; i++) {
        int id = i;
        answers.add(
            handles
                .get(i)
                .submit(
                    connection -> {
                      Sql.run(connection, "INSERT INTO " + table + " VALUES (" + id + ", 'x')");
                      return id;
                    }));
      }

      assertThat(Thread.activeCount() - threads).isLessThan(10);
      assertThat(WorkerProcesses.openDescriptors() - descriptors).isLessThan(10);
      for (int i = 0; i < HANDLES; i++) {
        assertThat(answers.get(i).join()).isEqualTo(i);
      }
      handles.forEach(TransactionClient::close);
      assertThat(executor.snapshot().clients()).isEqualTo(1);
      assertThat(rows(table)).isEqualTo(HANDLES);
    }
  }

  private static io.cofferdam.TransactionTask<Object, java.sql.SQLException> note(
      String table, String note) {
    return connection -> {
      Sql.run(connection, "INSERT INTO " + table + " (note) VALUES ('" + note + "')");
      return note;
    };
  }
}
