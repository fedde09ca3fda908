package io.cofferdam.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.testing.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A thread that a task leaves behind cannot reach into another client's transaction. */
class LeakedThreadTest extends EveryDatabaseTest {

  private static final int NEXT_TASKS = 20;

  @Nested
  class ThatKeepsWritingThroughTheLeakedConnection {

    @Test
    void writesNothingAfterACommit() throws Exception {
      String leaked = table("id INT PRIMARY KEY, note VARCHAR(100)");
      String other = table();

      client.run(connection -> startWriter(connection, leaked));

      long committedWithTheTask = rows(leaked);
      insertByTasks(other);
      assertThat(rows(leaked)).isEqualTo(committedWithTheTask);
      assertThat(rows(other)).isEqualTo(NEXT_TASKS);
    }

    @Test
    void writesNothingAtAllAfterARollback() throws Exception {
      String leaked = table();
      String other = table();

      assertThatThrownBy(
              () ->
                  client.run(
                      connection -> {
                        startWriter(connection, leaked);
                        throw new IllegalStateException("no");
                      }))
          .hasMessage("no");

      insertByTasks(other);
      assertThat(rows(leaked)).isZero();
      assertThat(rows(other)).isEqualTo(NEXT_TASKS);
    }

    @Test
    void costsTheWorker() throws Exception {
      String leaked = table();

      long worker =
          client.execute(
              connection -> {
                startWriter(connection, leaked);
                return ProcessHandle.current().pid();
              });

      assertThat(worker()).isNotEqualTo(worker);
    }

    private void insertByTasks(String table) throws SQLException {
      for (int i = 1; i <= NEXT_TASKS; i++) {
        int id = i;
        client.run(
            connection ->
                Sql.run(connection, "INSERT INTO " + table + " VALUES (" + id + ", 'x')"));
      }
    }
  }

  @Nested
  class ThatDoesNothing {

    @Test
    void costsTheWorkerAllTheSame() {
      long worker =
          client.execute(
              connection -> {
                start("idle", () -> awaitForever());
                return ProcessHandle.current().pid();
              });

      assertThat(worker()).isNotEqualTo(worker);
    }

    @Test
    void costsNothingIfItEndsWithTheTask() throws Exception {
      long worker =
          client.execute(
              connection -> {
                AtomicInteger ran = new AtomicInteger();
                Thread helper = start("helper", ran::incrementAndGet);
                helper.join();
                return ProcessHandle.current().pid();
              });

      assertThat(worker()).isEqualTo(worker);
    }
  }

  /** Returns when the thread has written once; it goes on for as long as the process lives. */
  static void startWriter(Connection connection, String table) {
    CountDownLatch hasWritten = new CountDownLatch(1);
    start(
        "writer",
        () -> {
          for (int id = 1; ; id++) {
            try {
              Sql.run(connection, "INSERT INTO " + table + " VALUES (" + id + ", 'leaked')");
            } catch (SQLException | RuntimeException refused) {
              Thread.onSpinWait();
            }
            hasWritten.countDown();
          }
        });
    try {
      hasWritten.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static Thread start(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  static void awaitForever() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
