package io.cofferdam.internal.worker.guard;

import io.cofferdam.internal.dialect.DriverTraits.Quirk;
import io.cofferdam.internal.sql.SqlVerdict;
import io.cofferdam.internal.worker.failpoint.Failpoint;
import io.cofferdam.internal.worker.failpoint.Failpoints;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One guarded JDBC object: the handler of its proxy. */
final class GuardedObject implements InvocationHandler {

  private static final @Nullable Object[] NONE = {};

  private final GuardedObjects objects;
  private final TaskGuard task;
  private final Object raw;
  private final @Nullable GuardedObject source;
  private final JudgedSql prepared;
  private final Object proxy;
  private volatile JudgedSql batch = JudgedSql.NONE;
  private volatile Map.@Nullable Entry<Object, Object> lastResult;

  /**
   * Guards an object.
   *
   * @param types under which interfaces
   * @param source the object whose call returned this one, null for the connection
   * @param prepared the SQL text of a prepared statement
   */
  GuardedObject(
      GuardedObjects objects,
      TaskGuard task,
      Class<?>[] types,
      Object raw,
      @Nullable GuardedObject source,
      JudgedSql prepared) {
    this.objects = objects;
    this.task = task;
    this.raw = raw;
    this.source = source;
    this.prepared = prepared;
    proxy = Proxy.newProxyInstance(loaderOf(types, raw), types, this);
  }

  /** Returns a loader that sees all types: that of the driver if one of several is the driver's. */
  private static @Nullable ClassLoader loaderOf(Class<?>[] types, Object raw) {
    return types.length == 1 || Arrays.stream(types).allMatch(JdbcTypes::isOfJdk)
        ? types[0].getClassLoader()
        : raw.getClass().getClassLoader();
  }

  @Override
  public @Nullable Object invoke(
      Object self, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    try {
      GuardedMethod guarded = objects.guarded(method);
      return guarded.rule().apply(this, guarded.method(), arguments == null ? NONE : arguments);
    } catch (SQLException e) {
      throw declared(e, method);
    }
  }

  GuardedObjects objects() {
    return objects;
  }

  TaskGuard task() {
    return task;
  }

  Object raw() {
    return raw;
  }

  /** {@return the SQL text of a prepared statement} */
  JudgedSql prepared() {
    return prepared;
  }

  Object proxy() {
    return proxy;
  }

  /** Calls the raw object inside the gate, and guards what it returns. */
  @Nullable Object call(Method method, @Nullable Object[] arguments) throws Throwable {
    return objects.wrap(callRaw(method, arguments), this, JudgedSql.NONE);
  }

  /** Calls the raw object inside the gate, with raw objects in place of guarded arguments. */
  @Nullable Object callRaw(Method method, @Nullable Object[] arguments) throws Throwable {
    return callPlainly(method, objects.unwrapped(arguments));
  }

  /** Calls the raw object inside the gate, where arguments and result are mere data. */
  @Nullable Object callPlainly(Method method, @Nullable Object[] arguments) throws Throwable {
    task.gate().enter();
    try {
      return method.invoke(raw, arguments);
    } catch (InvocationTargetException e) {
      throw failure(e);
    } finally {
      task.gate().exit();
    }
  }

  /** Prepares a statement whose executions are judged by its SQL text. */
  @Nullable Object prepare(Method method, @Nullable Object[] arguments) throws Throwable {
    TaskGuard.checkColumns(arguments);
    JudgedSql sql = task.judge(String.valueOf(arguments[0]));
    if (task.driver().has(Quirk.EXECUTES_WHEN_PREPARED)) {
      task.begin();
    }
    return objects.wrap(callRaw(method, arguments), this, sql);
  }

  /** Executes the SQL text of the first argument. */
  @Nullable Object executeText(Method method, @Nullable Object[] arguments) throws Throwable {
    TaskGuard.checkColumns(arguments);
    JudgedSql sql = task.judge(String.valueOf(arguments[0]));
    return execute(method, arguments, sql.verdict(), sql.text());
  }

  @Nullable Object executePrepared(Method method, @Nullable Object[] arguments) throws Throwable {
    return execute(method, arguments, task.verdictNow(prepared), prepared.text());
  }

  @Nullable Object addToBatch(Method method, @Nullable Object[] arguments) throws Throwable {
    JudgedSql added = task.judge(String.valueOf(arguments[0]));
    batch = batch.and(added);
    return callPlainly(method, arguments);
  }

  /** Executes the batch. The driver still has it if it is refused, and so has the verdict on it. */
  @Nullable Object executeBatch(Method method, @Nullable Object[] arguments) throws Throwable {
    SqlVerdict verdict = task.verdictNow(prepared).and(task.verdictNow(batch));
    Object result = execute(method, arguments, verdict, null);
    batch = JudgedSql.NONE;
    return result;
  }

  @Nullable Object clearBatch(Method method, @Nullable Object[] arguments) throws Throwable {
    Object result = callPlainly(method, arguments);
    batch = JudgedSql.NONE;
    return result;
  }

  private @Nullable Object execute(
      Method method, @Nullable Object[] arguments, SqlVerdict verdict, @Nullable String sql)
      throws Throwable {
    task.checkKeepsRollback(verdict);
    task.effects().checkNotCopying();
    if (!(raw instanceof Statement statement)) {
      task.begin();
      task.changing(verdict);
      return call(method, arguments, verdict);
    }
    task.beginFor(statement, sql, verdict);
    task.changing(verdict);
    task.gate().enterExecution(statement);
    try {
      return invoke(method, arguments, verdict);
    } finally {
      task.gate().exitExecution(statement);
      Failpoints.pass(Failpoint.BETWEEN_STATEMENTS);
    }
  }

  /** Calls a method of the raw object that is no statement, and executes SQL of this verdict. */
  @Nullable Object call(Method method, @Nullable Object[] arguments, SqlVerdict verdict)
      throws Throwable {
    task.gate().enter();
    try {
      return invoke(method, arguments, verdict);
    } finally {
      task.gate().exit();
    }
  }

  private @Nullable Object invoke(Method method, @Nullable Object[] arguments, SqlVerdict verdict)
      throws Throwable {
    try {
      return invokeWhole(method, arguments, verdict);
    } catch (Throwable e) {
      if (verdict.rollsBack()) {
        task.goingBackFailed(
            raw instanceof Connection ? "rollback(Savepoint)" : "ROLLBACK TO SAVEPOINT");
      }
      throw e;
    }
  }

  private @Nullable Object invokeWhole(
      Method method, @Nullable Object[] arguments, SqlVerdict verdict) throws Throwable {
    task.transaction().before(verdict);
    boolean succeeded = false;
    try {
      Failpoints.pass(Failpoint.INSIDE_A_STATEMENT);
      Object result =
          objects.wrap(method.invoke(raw, objects.unwrapped(arguments)), this, JudgedSql.NONE);
      succeeded = true;
      return result;
    } catch (InvocationTargetException e) {
      throw failure(e);
    } finally {
      task.transaction().after(verdict, succeeded);
    }
  }

  /** Closes the raw object; harmless once the task has ended or was cancelled. */
  @Nullable Object close(Method method, @Nullable Object[] arguments) throws Throwable {
    if (task.gate().isClosed() || task.gate().cancelled()) {
      return null;
    }
    callPlainly(method, arguments);
    objects.closed(raw);
    return null;
  }

  private Throwable failure(InvocationTargetException e) {
    Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
    task.noteFailure(cause);
    return cause;
  }

  /** Returns the proxy of a raw object nearby: of the one this came from or last returned. */
  @Nullable Object relative(Object other) {
    if (source != null && source.raw == other) {
      return source.proxy();
    }
    Map.Entry<Object, Object> last = lastResult;
    return last != null && last.getKey() == other ? last.getValue() : null;
  }

  Object remember(Object result, Object guarded) {
    lastResult = Map.entry(result, guarded);
    return guarded;
  }

  private static Throwable declared(SQLException e, Method method) {
    for (Class<?> type : method.getExceptionTypes()) {
      if (type.isInstance(e)) {
        return e;
      } else if (type == SQLClientInfoException.class) {
        return new SQLClientInfoException(e.getMessage(), e.getSQLState(), Map.of(), e);
      } else if (type == IOException.class) {
        return new IOException(e.getMessage(), e);
      }
    }
    return new IllegalStateException(e.getMessage(), e);
  }
}
