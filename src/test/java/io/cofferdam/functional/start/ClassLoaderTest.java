package io.cofferdam.functional.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.OutcomeTracking;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.TransactionOptions;
import io.cofferdam.TransactionTask;
import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.testkit.database.DatabaseKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What comes back is of the types that the task's class sees, even if the executor was built where
 * other classes have the same names, as after a restart of an application in its JVM.
 */
class ClassLoaderTest extends OnOneDatabase {

  ClassLoaderTest() {
    super(DatabaseKind.H2);
  }

  record Receipt(long amount) implements Serializable {}

  static final class Declined extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Declined(String message) {
      super(message);
    }
  }

  /** Has classes of its own for the types of this test. */
  private static final class Restarted extends ClassLoader {

    Restarted(ClassLoader parent) {
      super(parent);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(ClassLoaderTest.class.getName() + "$")) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      String file = name.replace('.', '/') + ".class";
      try (InputStream in = getParent().getResourceAsStream(file)) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  @Override
  protected TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
    return builder
        .outcomeTracking(OutcomeTracking.LEDGER)
        .allowResultTypes(Receipt.class.getName());
  }

  @Override
  protected TransactionExecutor start(TransactionExecutorBuilder builder) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(new Restarted(before));
    try {
      return builder.build();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static TransactionTask<Receipt, RuntimeException> pay(long amount) {
    return connection -> new Receipt(amount);
  }

  @Test
  void aResultIsOfTheTasksType() throws Exception {
    Receipt receipt = client.execute(pay(17));
    Receipt submitted = client.submit(pay(18)).get(1, TimeUnit.MINUTES);

    assertThat(receipt).isEqualTo(new Receipt(17));
    assertThat(submitted).isEqualTo(new Receipt(18));
  }

  @Test
  void soIsAResultThatTheLedgerHasKept() {
    TransactionOptions once = TransactionOptions.defaults().idempotencyKey("payment-17");
    Receipt first = client.execute(once, pay(17));
    Receipt kept = client.execute(once, pay(18));

    assertThat(first).isEqualTo(new Receipt(17));
    assertThat(kept).isEqualTo(new Receipt(17));
  }

  @Test
  void soIsItsOwnException() {
    assertThatThrownBy(
            () ->
                client.run(
                    connection -> {
                      throw new Declined("no money");
                    }))
        .isInstanceOf(Declined.class)
        .hasMessage("no money");
  }
}
