package io.cofferdam.internal.worker.guard;

import io.cofferdam.internal.sql.SqlVerdict;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The rules for the methods of {@link Connection}. */
final class ConnectionRules {

  private static final Rule NOTHING = (self, method, arguments) -> null;

  private ConnectionRules() {}

  static Rule of(Method method) {
    return switch (method.getName()) {
      case "close", "beginRequest", "endRequest" -> NOTHING;
      case "commit" -> Rule.refuse("commit()", Refusals.ENDED_BY_EXECUTOR);
      case "abort" -> Rule.refuseRollback("abort()");
      case "rollback" -> ConnectionRules::rollback;
      case "setAutoCommit" -> ConnectionRules::setAutoCommit;
      case "getAutoCommit" -> (self, m, arguments) -> false;
      case "isClosed" ->
          (self, m, arguments) -> self.task().gate().isClosed() || isTrue(self.call(m, arguments));
      case "setNetworkTimeout" ->
          Rule.refuse(
              "setNetworkTimeout()", "the executor's timeout ends the task and its session");
      case "setSavepoint" -> ConnectionRules::setSavepoint;
      case "getTypeMap", "getClientInfo" -> ConnectionRules::copied;
      case "prepareStatement", "prepareCall" -> GuardedObject::prepare;
      case "setTransactionIsolation", "setSchema", "setClientInfo" ->
          ConnectionRules::changeSession;
      case "setTypeMap" -> ConnectionRules::changeDriver;
      case "setReadOnly" -> changeDriverUnless((raw, value) -> value.equals(raw.isReadOnly()));
      case "setHoldability" ->
          changeDriverUnless((raw, value) -> value.equals(raw.getHoldability()));
      case "setCatalog" -> changeDriverUnless((raw, value) -> value.equals(raw.getCatalog()));
      default -> Rule.call(method);
    };
  }

  /** Lets a rollback to a savepoint through; without one some drivers roll back everything. */
  private static @Nullable Object rollback(
      GuardedObject self, Method method, @Nullable Object[] arguments) throws Throwable {
    if (arguments.length == 0 || arguments[0] == null) {
      return Rule.refuseRollback("rollback()").apply(self, method, arguments);
    }
    self.task().effects().checkNotCopying();
    self.task().markIfBegun();
    return self.call(method, arguments, SqlVerdict.TO_SAVEPOINT);
  }

  private static @Nullable Object setAutoCommit(
      GuardedObject self, Method method, @Nullable Object[] arguments) throws SQLException {
    if (isTrue(arguments[0])) {
      throw Refusals.ofCall("setAutoCommit(true)", Refusals.ENDED_BY_EXECUTOR);
    }
    return null;
  }

  /** Some drivers return the map that they keep, which the next task would find changed. */
  private static @Nullable Object copied(
      GuardedObject self, Method method, @Nullable Object[] arguments) throws Throwable {
    Object result = self.callPlainly(method, arguments);
    if (result instanceof Properties properties) {
      return properties.clone();
    }
    return result instanceof Map<?, ?> map ? new HashMap<>(map) : result;
  }

  private static @Nullable Object setSavepoint(
      GuardedObject self, Method method, @Nullable Object[] arguments) throws Throwable {
    if (arguments.length > 0) {
      self.task().checkSavepoint(String.valueOf(arguments[0]));
    }
    self.task().effects().checkNotCopying();
    self.task().begin();
    return self.call(method, arguments);
  }

  private static @Nullable Object changeSession(
      GuardedObject self, Method method, @Nullable Object[] arguments) throws Throwable {
    self.task().effects().dirtySession();
    if (!self.task().transaction().hasBegun()) {
      return self.call(method, arguments);
    }
    self.task().begin();
    SqlVerdict verdict = self.task().judgeSetting();
    self.task().checkKeepsRollback(verdict);
    return self.call(method, arguments, verdict);
  }

  private static @Nullable Object changeDriver(
      GuardedObject self, Method method, @Nullable Object[] arguments) throws Throwable {
    self.task().effects().replaceConnection();
    return changeSession(self, method, arguments);
  }

  private static Rule changeDriverUnless(Setting setting) {
    return (self, method, arguments) -> {
      Object value = arguments[0];
      self.task().gate().enter();
      try {
        if (value != null && setting.isAlready((Connection) self.raw(), value)) {
          return null;
        }
      } finally {
        self.task().gate().exit();
      }
      return changeDriver(self, method, arguments);
    };
  }

  private interface Setting {
    boolean isAlready(Connection raw, Object value) throws SQLException;
  }

  private static boolean isTrue(@Nullable Object value) {
    return Boolean.TRUE.equals(value);
  }
}
