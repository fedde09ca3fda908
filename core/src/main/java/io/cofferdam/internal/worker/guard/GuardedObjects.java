package io.cofferdam.internal.worker.guard;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A guarded connection, and the guarded objects that its task has reached from it: puts a proxy in
 * place of each object of the driver that is returned, and the driver's object in place of each
 * proxy that is handed in.
 */
public final class GuardedObjects {

  private final TaskGuard task;
  private final Function<Method, GuardedMethod> methods;
  private final Connection connection;
  private final Set<Statement> openStatements = ConcurrentHashMap.newKeySet();

  GuardedObjects(TaskGuard task, Connection raw, Function<Method, GuardedMethod> methods) {
    this.task = task;
    this.methods = methods;
    Class<?>[] types = {Connection.class};
    connection =
        (Connection) new GuardedObject(this, task, types, raw, null, JudgedSql.NONE).proxy();
  }

  /** {@return the connection that the task gets to see} */
  public Connection connection() {
    return connection;
  }

  /** Returns what the guard does with the calls of a method. */
  GuardedMethod guarded(Method method) {
    return methods.apply(method);
  }

  /** Guards what a call has returned, if it reaches the database; anything else stays itself. */
  @Nullable Object wrap(@Nullable Object result, GuardedObject source, JudgedSql prepared) {
    if (result instanceof InputStream in) {
      return new GuardedStreams.In(in, task.gate());
    } else if (result instanceof OutputStream out) {
      return new GuardedStreams.Out(out, task.gate());
    } else if (result instanceof Reader reader) {
      return new GuardedStreams.CharsIn(reader, task.gate());
    } else if (result instanceof Writer writer) {
      return new GuardedStreams.CharsOut(writer, task.gate());
    } else if (result instanceof Connection) {
      return connection;
    } else if (result instanceof Object[] results) {
      return wrapAll(results, source);
    }
    if (result == null) {
      return null;
    }
    Class<?>[] types = JdbcTypes.guardedTypesOf(result.getClass());
    return types.length == 0 ? result : wrapAs(types, result, source, prepared);
  }

  /** Guards what an array holds: an SQL array of large objects is an array of those here. */
  private Object[] wrapAll(Object[] results, GuardedObject source) {
    if (JdbcTypes.isPlain(results.getClass())) {
      return results;
    }
    Object[] guarded = results;
    for (int i = 0; i < results.length; i++) {
      Object each = wrap(results[i], source, JudgedSql.NONE);
      if (each != results[i]) {
        guarded = guarded == results ? copyFor(results, each) : guarded;
        guarded[i] = each;
      }
    }
    return guarded;
  }

  private Object wrapAs(Class<?>[] types, Object raw, GuardedObject source, JudgedSql prepared) {
    Object known = source.relative(raw);
    if (known != null) {
      return known;
    }
    if (raw instanceof Statement statement && source.raw() instanceof Connection) {
      openStatements.add(statement);
    }
    return source.remember(
        raw, new GuardedObject(this, task, types, raw, source, prepared).proxy());
  }

  /** Guards an object under one interface of the driver. */
  Object wrapAsVendor(Class<?> type, Object raw, GuardedObject source) {
    Class<?>[] types = {type};
    return new GuardedObject(this, task, types, raw, source, source.prepared()).proxy();
  }

  /** Guards what the driver returned under all its interfaces, since callers downcast. */
  Object wrapVendorResult(Object raw, GuardedObject source) {
    Class<?>[] types = JdbcTypes.publicInterfacesOf(raw.getClass());
    return new GuardedObject(this, task, types, raw, source, source.prepared()).proxy();
  }

  /**
   * Returns arguments for the driver, with the objects themselves in place of guarded ones.
   *
   * @throws SQLException if one belongs to another task, which has ended
   */
  @Nullable Object[] unwrapped(@Nullable Object[] arguments) throws SQLException {
    @Nullable Object[] result = arguments;
    for (int i = 0; i < arguments.length; i++) {
      Object argument = arguments[i];
      Object inner = argument instanceof Object[] nested ? unwrapped(nested) : rawOf(argument);
      if (inner != argument) {
        if (result == arguments) {
          result = copyFor(arguments, inner);
        }
        result[i] = inner;
      }
    }
    return result;
  }

  /** Copies an array, into one of objects if a guarded one would not fit. */
  private static Object[] copyFor(Object[] results, @Nullable Object guarded) {
    return results.getClass().getComponentType().isInstance(guarded)
        ? results.clone()
        : Arrays.copyOf(results, results.length, Object[].class);
  }

  private @Nullable Object rawOf(@Nullable Object argument) throws SQLException {
    if (!(argument instanceof Proxy)
        || !(Proxy.getInvocationHandler(argument) instanceof GuardedObject guarded)) {
      return argument;
    }
    if (guarded.task() != task) {
      throw new SQLException(
          "an argument comes from the connection of another task, which has ended. Use"
              + " connections, statements, results and what they return only until their task"
              + " returns.",
          "08003");
    }
    return guarded.raw();
  }

  void closed(Object raw) {
    if (raw instanceof Statement) {
      openStatements.remove(raw);
    }
  }

  /** Closes the statements that the task has left open, once no thread is inside a call. */
  public void closeStatements() {
    try {
      for (Statement statement : openStatements) {
        statement.close();
      }
    } catch (SQLException e) {
      System.err.println("a statement could not be closed, so the session is replaced: " + e);
      task.effects().replaceConnection();
    }
    openStatements.clear();
  }
}
