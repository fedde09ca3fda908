package io.cofferdam.internal.worker.guard;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules for interfaces of a driver, whose methods are recognized by their names: what ends the
 * transaction is refused, SQL text is judged, and what may outlive the task costs the connection.
 */
final class VendorRules {

  private static final List<String> ENDING =
      List.of(
          "commit",
          "rollback",
          "abort",
          "reset",
          "setAutoCommit",
          "realClose",
          "createNewIO",
          "changeUser");

  /** Which of them do not throw away what the transaction has done. */
  private static final List<String> COMMITTING = List.of("commit", "setAutoCommit");

  /** Methods of drivers that send what was judged nowhere. */
  private static final Set<String> UNGUARDABLE =
      Set.of("wrap", "createQueryByKey", "borrowQueryByKey", "getSession");

  private static final Set<String> REPLICATION =
      Set.of("getReplicationAPI", "getReplicationProtocol");

  /** Methods of drivers whose first argument is SQL, if it is text at all. */
  private static final Pattern TAKING_SQL =
      Pattern.compile("startCopy|.*[pP]repare.*|(create|borrow|send).*Query.*");

  private VendorRules() {}

  static Rule of(Method method) {
    String name = method.getName();
    if (ENDING.stream().anyMatch(name::startsWith)) {
      return COMMITTING.stream().anyMatch(name::startsWith)
          ? Rule.refuse(name + "()", Refusals.ENDED_BY_EXECUTOR)
          : Rule.refuseRollback(name + "()");
    } else if (UNGUARDABLE.contains(name)) {
      return Rule.refuse(name + "()", "the guard cannot see what it sends to the database");
    } else if (name.equals("cancelQuery")) {
      return (self, m, arguments) ->
          self.task().awaitCancellable(null) ? self.callPlainly(m, arguments) : null;
    } else if (REPLICATION.contains(name)) {
      return Rule.refuse(name + "()", "replication needs a connection of its own");
    } else if (name.equals("close")) {
      return (self, m, arguments) ->
          self.raw() instanceof Connection ? null : self.close(m, arguments);
    }
    boolean takesText =
        method.getParameterCount() > 0 && method.getParameterTypes()[0] == String.class;
    if (takesText && name.startsWith("exec")) {
      return GuardedObject::executeText;
    } else if (takesText && PreparedStatement.class.isAssignableFrom(method.getReturnType())) {
      return GuardedObject::prepare;
    } else if (takesText && TAKING_SQL.matcher(name).matches()) {
      return judged(vendorCall(method));
    } else if (name.startsWith("exec")
        && Statement.class.isAssignableFrom(method.getDeclaringClass())) {
      return GuardedObject::executePrepared;
    }
    return vendorCall(method);
  }

  /**
   * Judges the SQL text of the first argument, and does not leave it to the driver to begin. What
   * it has done to the transaction shows when the call it begins has ended.
   */
  private static Rule judged(Rule call) {
    return (self, method, arguments) -> {
      String sql = String.valueOf(arguments[0]);
      JudgedSql judged =
          method.getName().equals("startCopy")
              ? self.task().judgeCopy(sql)
              : self.task().judgeForLater(sql);
      self.task().checkKeepsRollback(judged.verdict());
      self.task().effects().checkNotCopying();
      self.task().begin();
      self.task().transaction().before(judged.verdict());
      boolean succeeded = false;
      try {
        Object result = call.apply(self, method, arguments);
        succeeded = true;
        return result;
      } finally {
        self.task().transaction().after(judged.verdict(), succeeded);
      }
    };
  }

  private static Rule vendorCall(Method method) {
    Class<?> type = method.getReturnType();
    boolean leaksDriver = !JdbcTypes.isOfJdk(type) && !type.isArray() && !type.isEnum();
    boolean configures = method.getName().startsWith("set") || method.getName().startsWith("add");
    Constructor<?> ofConnection = leaksDriver ? constructorOfConnection(type) : null;
    return (self, m, arguments) -> {
      boolean onConnection = self.raw() instanceof Connection;
      if (leaksDriver || (configures && onConnection)) {
        self.task().effects().replaceConnection();
      }
      if (leaksDriver) {
        self.task().begin();
      }
      if (onConnection && ofConnection != null) {
        return overGuarded(self, ofConnection);
      }
      Object result = self.callRaw(m, arguments);
      if (result != null && m.getName().equals("startCopy")) {
        self.task().effects().copying(new OpenCopy(type, result, Thread.currentThread()));
      }
      return result != null && leaksDriver && type.isInterface()
          ? self.objects().wrapVendorResult(result, self)
          : self.objects().wrap(result, self, JudgedSql.NONE);
    };
  }

  /** Returns the constructor of a driver's class that needs no more than the connection. */
  private static @Nullable Constructor<?> constructorOfConnection(Class<?> type) {
    for (Constructor<?> each : type.getConstructors()) {
      Class<?>[] parameters = each.getParameterTypes();
      if (parameters.length == 1
          && parameters[0].isInterface()
          && Connection.class.isAssignableFrom(parameters[0])) {
        return each;
      }
    }
    return null;
  }

  /**
   * Makes what the driver would return, but over the guarded connection: an object of a class
   * cannot be guarded itself.
   */
  private static Object overGuarded(GuardedObject self, Constructor<?> constructor)
      throws Throwable {
    Class<?> type = constructor.getParameterTypes()[0];
    try {
      return constructor.newInstance(self.objects().wrapAsVendor(type, self.raw(), self));
    } catch (InvocationTargetException e) {
      throw Objects.requireNonNullElse(e.getCause(), e);
    }
  }

  static Object unwrap(GuardedObject self, Method method, @Nullable Object[] arguments)
      throws Throwable {
    Class<?> type = (Class<?>) arguments[0];
    if (type == null || type.isInstance(self.proxy())) {
      return self.proxy();
    }
    if (!type.isInterface()) {
      throw new SQLException(
          "unwrap(" + type.getName() + ") is refused: only an interface can be guarded", "0A000");
    }
    Object inner = self.callPlainly(method, arguments);
    if (inner == null) {
      throw new SQLException("the driver does not unwrap to " + type.getName(), "0A000");
    }
    return self.objects().wrapAsVendor(type, inner, self);
  }

  static Object isWrapperFor(GuardedObject self, Method method, @Nullable Object[] arguments)
      throws Throwable {
    Class<?> type = (Class<?>) arguments[0];
    if (type == null || !type.isInterface()) {
      return false;
    }
    return type.isInstance(self.proxy())
        || Boolean.TRUE.equals(self.callPlainly(method, arguments));
  }
}
