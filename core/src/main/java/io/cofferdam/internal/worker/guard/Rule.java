package io.cofferdam.internal.worker.guard;

import java.lang.reflect.Method;
import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/** What the guard does with the calls of one method. */
interface Rule {

  @Nullable Object apply(GuardedObject self, Method method, @Nullable Object[] arguments)
      throws Throwable;

  /** Lets calls of a method through the gate. */
  static Rule call(Method method) {
    boolean plain = JdbcTypes.isPlain(method.getReturnType());
    for (Class<?> parameter : method.getParameterTypes()) {
      plain &= JdbcTypes.isPlain(parameter);
    }
    return plain ? GuardedObject::callPlainly : GuardedObject::call;
  }

  /** Marks the transaction first, if it has begun without. */
  static Rule marked(Rule call) {
    return (self, method, arguments) -> {
      self.task().markIfBegun();
      return call.apply(self, method, arguments);
    };
  }

  static Rule refuse(String operation, String reason) {
    return (self, method, arguments) -> {
      throw Refusals.ofCall(operation, reason);
    };
  }

  /** Refuses a rollback of the whole transaction, which the task then ends with. */
  static Rule refuseRollback(String operation) {
    return (self, method, arguments) -> {
      if (self.raw() instanceof Connection) {
        self.task().rollbackOnly(operation);
      }
      throw Refusals.ofCall(operation, Refusals.ENDED_BY_EXECUTOR);
    };
  }
}
