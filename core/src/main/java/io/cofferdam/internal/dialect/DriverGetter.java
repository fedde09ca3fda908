package io.cofferdam.internal.dialect;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a driver tells about a connection beyond JDBC, without asking the server. The methods are
 * looked up once per class of connection, by reflection: the driver is the user's.
 */
public final class DriverGetter {

  private final String type;
  private final String[] path;
  private final ClassValue<List<Method>> methods =
      new ClassValue<>() {
        @Override
        protected List<Method> computeValue(Class<?> connection) {
          return find(connection.getClassLoader());
        }
      };

  /**
   * @param type the class or interface of the driver's connection
   * @param path the getters, each called on the result of the one before
   */
  public DriverGetter(String type, String... path) {
    this.type = type;
    this.path = path;
  }

  /** Returns what the driver tells, or null if it is another driver. */
  public @Nullable Object of(Connection connection) throws SQLException {
    List<Method> getters = methods.get(connection.getClass());
    if (getters.isEmpty()) {
      return null;
    }
    Class<?> owner = getters.get(0).getDeclaringClass();
    @Nullable Object result =
        owner.isInstance(connection) || !connection.isWrapperFor(owner)
            ? connection
            : connection.unwrap(owner);
    if (!owner.isInstance(result)) {
      return null;
    }
    try {
      for (Method getter : getters) {
        result = result == null ? null : getter.invoke(result);
      }
      return result;
    } catch (InvocationTargetException | IllegalAccessException e) {
      throw new SQLException("the driver does not tell " + path[path.length - 1], e);
    }
  }

  private List<Method> find(@Nullable ClassLoader loader) {
    try {
      List<Method> found = new ArrayList<>();
      Class<?> owner = Class.forName(type, false, loader);
      for (String name : path) {
        Method getter = owner.getMethod(name);
        found.add(getter);
        owner = getter.getReturnType();
      }
      return List.copyOf(found);
    } catch (ReflectiveOperationException otherDriver) {
      return List.of();
    }
  }
}
