package io.cofferdam.internal.worker.guard;

import java.lang.reflect.InvocationTargetException;
import java.sql.SQLException;

/**
 * A COPY that a task has begun by the driver's own interface. Until it has come to its end, its
 * session takes nothing else.
 *
 * @param type the driver's interface of a COPY
 * @param copy the driver's object
 * @param opener the thread that has begun it
 */
record OpenCopy(Class<?> type, Object copy, Thread opener) {

  /** {@return whether it has not come to its end; true of an unknown driver} */
  boolean isActive() {
    try {
      return Boolean.TRUE.equals(type.getMethod("isActive").invoke(copy));
    } catch (ReflectiveOperationException unknownDriver) {
      return true;
    }
  }

  /**
   * Ends it, and returns when the server has done so too.
   *
   * @throws SQLException if that cannot be known
   */
  void cancel() throws SQLException {
    try {
      type.getMethod("cancelCopy").invoke(copy);
    } catch (InvocationTargetException e) {
      throw new SQLException("the COPY could not be ended", "08007", e.getCause());
    } catch (ReflectiveOperationException unknownDriver) {
      throw new SQLException("the driver does not end a COPY", "08007", unknownDriver);
    }
  }
}
