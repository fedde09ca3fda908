package io.cofferdam.internal.worker.guard;

import io.cofferdam.internal.dialect.DriverTraits.Quirk;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.Statement;
import java.sql.Wrapper;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Decides, once for each method, what the guard does with its calls. */
final class GuardRules {

  private static final Map<Method, GuardedMethod> KNOWN = new ConcurrentHashMap<>();

  private static final Set<String> CHANGING_ROWS =
      Set.of("moveToInsertRow", "insertRow", "deleteRow", "refreshRow");

  private GuardRules() {}

  static GuardedMethod of(Method method) {
    GuardedMethod known = KNOWN.get(method);
    return known != null ? known : KNOWN.computeIfAbsent(method, GuardRules::guarded);
  }

  private static GuardedMethod guarded(Method method) {
    // An interface that is exported can be called by anybody, so this only saves the look at the
    // caller, which walks the stack in each call.
    boolean unused = method.trySetAccessible();
    return new GuardedMethod(method, choose(method));
  }

  private static Rule choose(Method method) {
    Class<?> owner = method.getDeclaringClass();
    if (owner == Object.class) {
      return ofObject(method);
    } else if (owner == Wrapper.class) {
      return method.getName().equals("unwrap") ? VendorRules::unwrap : VendorRules::isWrapperFor;
    } else if (owner == Connection.class) {
      return ConnectionRules.of(method);
    } else if (Statement.class.isAssignableFrom(owner) && JdbcTypes.isOfJdk(owner)) {
      return ofStatement(method);
    } else if (!JdbcTypes.isOfJdk(owner)) {
      return VendorRules.of(method);
    }
    Rule call = method.getName().equals("close") ? GuardedObject::close : Rule.call(method);
    return mayComposeText(method) ? Rule.marked(call) : call;
  }

  /**
   * Returns whether the driver may put a text together for a method, from names or values of the
   * task's: to look up metadata, or to change a row of a result.
   */
  private static boolean mayComposeText(Method method) {
    Class<?> owner = method.getDeclaringClass();
    return owner == ResultSet.class
        ? method.getName().startsWith("update") || CHANGING_ROWS.contains(method.getName())
        : owner == DatabaseMetaData.class && method.getParameterCount() > 0;
  }

  private static Rule ofObject(Method method) {
    return switch (method.getName()) {
      case "equals" -> (self, m, arguments) -> self.proxy() == arguments[0];
      case "hashCode" -> (self, m, arguments) -> System.identityHashCode(self.proxy());
      default -> (self, m, arguments) -> "guarded " + self.raw();
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
      case "cancel" -> GuardRules::cancel;
      case "addBatch" -> takesText ? GuardedObject::addToBatch : Rule.call(method);
      case "close" -> GuardedObject::close;
      default -> Rule.call(method);
    };
  }

  /** Cancels a statement once that cannot hit the begin of the transaction any more. */
  private static @Nullable Object cancel(
      GuardedObject self, Method method, @Nullable Object[] arguments) throws Throwable {
    return self.task().awaitCancellable((Statement) self.raw())
        ? self.callPlainly(method, arguments)
        : null;
  }

  /** Some drivers take the limit of one statement for that of all. */
  private static @Nullable Object setQueryTimeout(
      GuardedObject self, Method method, @Nullable Object[] arguments) throws Throwable {
    if (self.task().driver().has(Quirk.SHARES_QUERY_TIMEOUT)) {
      self.task().effects().dirtySession();
    }
    return self.callPlainly(method, arguments);
  }
}
