package io.cofferdam.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.Mockito.mock;

import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TaskDiagnosisTest {

  interface Task extends Supplier<Object>, Serializable {}

  static final class Session {}

  static class Holder implements Serializable {
    private static final long serialVersionUID = 1L;
    static final Session SHARED = new Session();
    final transient Session ignored = new Session();
    final Object held;

    Holder(Object held) {
      this.held = held;
    }
  }

  static final class SubHolder extends Holder {
    private static final long serialVersionUID = 1L;

    SubHolder(Object held) {
      super(held);
    }
  }

  record Pair(String left, Object right) implements Serializable {}

  private static String refusalOf(Serializable task) {
    NotEncodableException refusal =
        catchThrowableOfType(
            NotEncodableException.class, () -> new TaskEncoder(100_000).encode(task));
    assertThat(refusal).isNotNull();
    return String.valueOf(refusal.getMessage());
  }

  private static String refusalOfCaptured(Object captured) {
    String before = "x";
    Task task = () -> before + captured;
    return refusalOf(task);
  }

  private static String fieldIn(String path) {
    return "field " + path + " (" + Session.class.getName() + ") is not serializable";
  }

  @Nested
  class Paths {

    @Test
    void namesACapturedValueItself() {
      assertThat(refusalOfCaptured(new Session()))
          .startsWith("The task cannot be sent to a worker: captured value #2 (")
          .contains("Session) is not serializable.");
    }

    @Test
    void goesThroughFieldsOfSuperclassesAndRecords() {
      assertThat(refusalOfCaptured(new SubHolder(new Pair("a", new Session()))))
          .contains("captured value #2 (" + SubHolder.class.getName() + "): ")
          .contains(fieldIn("subHolder.held.right"));
    }

    @Test
    void goesThroughArraysAndCollections() {
      Object[] array = {"a", List.of(1, new ArrayList<>(Arrays.asList(null, new Session())))};
      assertThat(refusalOfCaptured(new Holder(array))).contains(fieldIn("holder.held[1][1][1]"));
    }

    @Test
    void goesThroughMapKeysAndValues() {
      Map<Object, Object> map = new HashMap<>();
      map.put("key", new Session());
      assertThat(refusalOfCaptured(new Holder(map))).contains(fieldIn("holder.held.values[0]"));
      Map<Object, Object> keys = Map.of(new Session(), "value");
      assertThat(refusalOfCaptured(new Holder(keys))).contains(fieldIn("holder.held.keys[0]"));
    }

    @Test
    void goesThroughCapturedLambdas() {
      Session session = new Session();
      Task inner = () -> session;
      assertThat(refusalOfCaptured(inner))
          .contains("captured value #2 (a lambda in " + TaskDiagnosisTest.class.getName())
          .contains(fieldIn("lambda.captured#1"));
    }

    @Test
    void survivesCyclesAndFindsTheNearest() {
      List<Object> list = new ArrayList<>();
      list.add(list);
      list.add(new Holder(new Holder(new Session())));
      list.add(new Session());
      assertThat(refusalOfCaptured(list)).contains(fieldIn("arrayList[2]"));
    }

    @Test
    void namesOnlyTheClassBehindAnObjectThatWritesItself() {
      class SelfWriting implements Serializable {
        private static final long serialVersionUID = 1L;

        private void writeObject(ObjectOutputStream out) throws java.io.IOException {
          out.writeObject(new Session());
        }
      }
      assertThat(refusalOf(new Holder(new SelfWriting()) {}))
          .contains("holds a " + Session.class.getName() + ", which is not serializable");
    }
  }

  @Nested
  class Advices {

    private final Session session = new Session();

    @Test
    void explainsACapturedThis() {
      Task task = () -> session;
      assertThat(refusalOf(task))
          .contains("captured value #1 (" + Advices.class.getName() + ") is not serializable")
          .contains("copy the field to a local variable");
    }

    @Test
    void explainsAnAnonymousClass() {
      Task task =
          new Task() {
            private static final long serialVersionUID = 1L;

            @Override
            public Object get() {
              return session;
            }
          };
      assertThat(refusalOf(task)).contains("task.this$").contains("static nested class");
    }

    @Test
    void explainsACapturedExecutorOrClient() {
      String expected = "A task runs in another process and cannot use its executor";
      assertThat(refusalOfCaptured(mock(TransactionExecutor.class))).contains(expected);
      assertThat(refusalOfCaptured(new Holder(mock(TransactionClient.class)))).contains(expected);
    }

    @Test
    void explainsCapturedJdbcObjects() {
      String expected = "use the connection given to the task";
      assertThat(refusalOfCaptured(mock(Connection.class))).contains(expected);
      assertThat(refusalOfCaptured(mock(DataSource.class))).contains(expected);
    }

    @Test
    void explainsOptionalsThreadsAndPlainLambdas() {
      assertThat(refusalOfCaptured(new Holder(Optional.of("x")))).contains("value itself, or null");
      assertThat(refusalOfCaptured(Thread.currentThread())).contains("one process only");
      Supplier<String> plain = () -> "x";
      assertThat(refusalOfCaptured(plain))
          .contains("functional interface that extends Serializable");
    }

    @Test
    void serializesALockSinceTheJdkDoes() throws Exception {
      ReentrantLock lock = new ReentrantLock();
      Task task = () -> lock;
      assertThat(new TaskEncoder(100_000).encode(task)).isNotEmpty();
    }
  }

  @Nested
  class MisbehavingTasks {

    static final class Throwing implements Serializable {
      private static final long serialVersionUID = 1L;

      private void writeObject(ObjectOutputStream out) {
        throw new UnsupportedOperationException("not today");
      }
    }

    @Test
    void wrapsWhatAWriteObjectMethodThrows() {
      assertThat(refusalOfCaptured(new Throwing())).contains("not today");
    }
  }
}
