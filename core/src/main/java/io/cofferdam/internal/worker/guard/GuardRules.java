package io.cofferdam.internal.worker.guard;

import io.cofferdam.internal.dialect.DriverTraits.Quirk;
import io.cofferdam.internal.sql.SqlVerdict;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Wrapper;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Decides, once per method, what the guard does with a call. */
final class GuardRules {

  /** What the guard does with the calls of one method. */
  interface Rule {
    @Nullable Object apply(GuardedObject self, Method method, @Nullable Object[] arguments)
        throws Throwable;
  }

  private static final Map<Method, Rule> RULES = new ConcurrentHashMap<>();

  private static final Rule NOTHING = (self, method, arguments) -> null;
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

  private static final String BY_ITSELF =
      "the executor commits the transaction when the task returns and rolls it back when the task"
          + " throws";

  private GuardRules() {}

  static Rule of(Method method) {
    Rule rule = RULES.get(method);
    return rule != null ? rule : RULES.computeIfAbsent(method, GuardRules::choose);
  }

  private static Rule choose(Method method) {
    Class<?> owner = method.getDeclaringClass();
    if (owner == Object.class) {
      return ofObject(method);
    } else if (owner == Wrapper.class) {
      return method.getName().equals("unwrap") ? GuardRules::unwrap : GuardRules::isWrapperFor;
    } else if (owner == Connection.class) {
      return ofConnection(method);
    } else if (Statement.class.isAssignableFrom(owner) && isOfJdk(owner)) {
      return ofStatement(method);
    } else if (!isOfJdk(owner)) {
      return ofVendor(method);
    }
    return method.getName().equals("close") ? GuardedObject::close : call(method);
  }

  private static Rule ofObject(Method method) {
    return switch (method.getName()) {
      case "equals" -> (self, m, arguments) -> self.proxy() == arguments[0];
      case "hashCode" -> (self, m, arguments) -> System.identityHashCode(self.proxy());
      default -> (self, m, arguments) -> "guarded " + self.raw();
    };
  }

  private static Rule ofConnection(Method method) {
    return switch (method.getName()) {
      case "close", "beginRequest", "endRequest" -> NOTHING;
      case "commit" -> refuse("commit()", BY_ITSELF);
      case "abort" -> refuseRollback("abort()");
      case "rollback" -> GuardRules::rollback;
      case "setAutoCommit" -> GuardRules::setAutoCommit;
      case "getAutoCommit" -> (self, m, arguments) -> false;
      case "isClosed" ->
          (self, m, arguments) -> self.task().gate().isClosed() || isTrue(self.call(m, arguments));
      case "setNetworkTimeout" ->
          refuse("setNetworkTimeout()", "the executor's timeout ends the task and its session");
      case "setSavepoint" -> GuardRules::setSavepoint;
      case "getTypeMap", "getClientInfo" -> GuardRules::copied;
      case "prepareStatement", "prepareCall" -> GuardedObject::prepare;
      case "setTransactionIsolation", "setSchema", "setClientInfo" -> GuardRules::changeSession;
      case "setTypeMap" -> GuardRules::changeDriver;
      case "setReadOnly" -> changeDriverUnless((raw, value) -> value.equals(raw.isReadOnly()));
      case "setHoldability" ->
          changeDriverUnless((raw, value) -> value.equals(raw.getHoldability()));
      case "setCatalog" -> changeDriverUnless((raw, value) -> value.equals(raw.getCatalog()));
      default -> call(method);
    };
  }

  private static Rule ofStatement(Method method) {
    boolean takesText =
        method.getParameterCount() > 0 && method.getParameterTypes()[0] == String.class;
    return switch (method.getName()) {
      case "execute", "executeQuery", "executeUpdate", "executeLargeUpdate" ->
          takesText ? GuardedObject::executeText : GuardedObject::executePrepared;
      case "executeBatch", "executeLargeBatch" -> GuardedObject::executeBatch;
      case "clearBatch" -> GuardedObject::clearBatch;
      case "setQueryTimeout" -> GuardRules::setQueryTimeout;
      case "addBatch" -> takesText ? GuardedObject::addToBatch : call(method);
      case "close" -> GuardedObject::close;
      default -> call(method);
    };
  }

  /**
   * Guards the methods of an interface of the driver by name: what ends the transaction is refused,
   * SQL text is judged, and what may outlive the task costs the connection.
   */
  private static Rule ofVendor(Method method) {
    String name = method.getName();
    if (ENDING.stream().anyMatch(name::startsWith)) {
      return COMMITTING.stream().anyMatch(name::startsWith)
          ? refuse(name + "()", BY_ITSELF)
          : refuseRollback(name + "()");
    } else if (UNGUARDABLE.contains(name)) {
      return refuse(name + "()", "the guard cannot see what it sends to the database");
    } else if (REPLICATION.contains(name)) {
      return refuse(name + "()", "replication needs a connection of its own");
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
    boolean leaksDriver = !isOfJdk(type) && !type.isArray() && !type.isEnum();
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
          ? self.task().wrapVendorResult(result, self)
          : self.task().wrap(result, self, JudgedSql.NONE);
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
      return constructor.newInstance(self.task().wrapAsVendor(type, self.raw(), self));
    } catch (InvocationTargetException e) {
      throw Objects.requireNonNullElse(e.getCause(), e);
    }
  }

  private static Rule call(Method method) {
    boolean plain = isPlain(method.getReturnType());
    for (Class<?> parameter : method.getParameterTypes()) {
      plain &= isPlain(parameter);
    }
    return plain ? GuardedObject::callPlainly : GuardedObject::call;
  }

  private static Rule refuse(String operation, String reason) {
    return (self, method, arguments) -> {
      throw GuardedConnection.refused(operation, reason);
    };
  }

  private static Rule refuseRollback(String operation) {
    return (self, method, arguments) -> {
      if (self.raw() instanceof Connection) {
        self.task().rollbackOnly(operation);
      }
      throw GuardedConnection.refused(operation, BY_ITSELF);
    };
  }

  /** Lets a rollback to a savepoint through; without one some drivers roll back everything. */
  private static @Nullable Object rollback(
      GuardedObject self, Method method, @Nullable Object[] arguments) throws Throwable {
    if (arguments.length == 0 || arguments[0] == null) {
      return refuseRollback("rollback()").apply(self, method, arguments);
    }
    self.task().effects().checkNotCopying();
    try {
      return self.call(method, arguments);
    } catch (SQLException | RuntimeException e) {
      if (!self.task().gate().isClosed()) {
        self.task().goingBackFailed("rollback(Savepoint)");
      }
      throw e;
    }
  }

  /** Some drivers take the limit of one statement for that of all. */
  private static @Nullable Object setQueryTimeout(
      GuardedObject self, Method method, @Nullable Object[] arguments) throws Throwable {
    if (self.task().driver().has(Quirk.SHARES_QUERY_TIMEOUT)) {
      self.task().effects().dirtySession();
    }
    return self.callPlainly(method, arguments);
  }

  private static @Nullable Object setAutoCommit(
      GuardedObject self, Method method, @Nullable Object[] arguments) throws SQLException {
    if (isTrue(arguments[0])) {
      throw GuardedConnection.refused("setAutoCommit(true)", BY_ITSELF);
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

  private static Object unwrap(GuardedObject self, Method method, @Nullable Object[] arguments)
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
    return self.task().wrapAsVendor(type, inner, self);
  }

  private static Object isWrapperFor(
      GuardedObject self, Method method, @Nullable Object[] arguments) throws Throwable {
    Class<?> type = (Class<?>) arguments[0];
    if (type == null || !type.isInterface()) {
      return false;
    }
    return type.isInstance(self.proxy()) || isTrue(self.callPlainly(method, arguments));
  }

  private static boolean isTrue(@Nullable Object value) {
    return Boolean.TRUE.equals(value);
  }

  /** Returns whether a value of this type is mere data. */
  static boolean isPlain(Class<?> type) {
    Class<?> element = type.isArray() ? type.getComponentType() : type;
    return element.isPrimitive()
        || element == String.class
        || Number.class.isAssignableFrom(element)
        || java.util.Date.class.isAssignableFrom(element)
        || java.util.Calendar.class.isAssignableFrom(element);
  }

  private static boolean isOfJdk(Class<?> type) {
    String name = type.getName();
    return type.isPrimitive() || name.startsWith("java.") || name.startsWith("javax.");
  }
}
