package io.cofferdam.internal.dialect.postgresql;

import io.cofferdam.internal.dialect.DriverGetter;
import io.cofferdam.internal.dialect.TransactionStatus;
import io.cofferdam.internal.sql.Backslash;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What PostgreSQL's driver knows about its connection without asking the server. */
final class PostgreSqlDriver {

  /** Empties the driver's queue. Its public method would look for more on the network. */
  private static final DriverGetter NOTIFICATIONS =
      new DriverGetter(
          "org.postgresql.core.BaseConnection", "getQueryExecutor", "getNotifications");

  /** What the server has told with the end of its last answer. */
  private static final DriverGetter STATE =
      new DriverGetter("org.postgresql.core.BaseConnection", "getTransactionState");

  private static final DriverGetter REPORTED =
      new DriverGetter("org.postgresql.PGConnection", "getParameterStatuses");

  private static final DriverGetter BACKEND_PID =
      new DriverGetter("org.postgresql.PGConnection", "getBackendPID");

  private static final DriverGetter AUTOSAVE =
      new DriverGetter("org.postgresql.PGConnection", "getAutosave");

  private static final DriverGetter CONFORMING =
      new DriverGetter("org.postgresql.core.BaseConnection", "getStandardConformingStrings");

  private static final DriverGetter EXECUTOR =
      new DriverGetter("org.postgresql.core.BaseConnection", "getQueryExecutor");

  private static final DriverGetter QUERY_MODE =
      new DriverGetter("org.postgresql.PGConnection", "getPreferQueryMode");

  private PostgreSqlDriver() {}

  /**
   * Returns whether {@link #status} tells at any time what the server has told last, even while
   * another thread waits for the answer to a statement. Older drivers have it wait, too.
   */
  static boolean tellsStatusAtOnce(Connection connection) throws SQLException {
    @Nullable Object executor = EXECUTOR.of(connection);
    for (Class<?> type = executor == null ? null : executor.getClass();
        type != null;
        type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (field.getName().equals("transactionState")) {
          return Modifier.isVolatile(field.getModifiers());
        }
      }
    }
    return false;
  }

  /** Returns whether the driver sends the values of parameters apart from the texts. */
  static boolean sendsValuesApart(Connection connection) throws SQLException {
    return String.valueOf(QUERY_MODE.of(connection)).startsWith("EXTENDED");
  }

  /** Returns whether a failure is what the server has answered, and not the driver's own. */
  static boolean isOfServer(SQLException failure) {
    try {
      return failure.getClass().getMethod("getServerErrorMessage").invoke(failure) != null;
    } catch (NoSuchMethodException notOfTheServer) {
      return false;
    } catch (ReflectiveOperationException unknownDriver) {
      return true;
    }
  }

  /** Returns what a backslash means to the session now. */
  static Backslash backslash(Connection connection) throws SQLException {
    return CONFORMING.of(connection) instanceof Boolean conforming
        ? (conforming ? Backslash.LITERAL : Backslash.ESCAPES)
        : Backslash.NOT_KNOWN;
  }

  /** Returns what the server has told about the transaction with its last answer. */
  static TransactionStatus status(Connection connection) throws SQLException {
    return switch (String.valueOf(STATE.of(connection))) {
      case "IDLE" -> TransactionStatus.NONE;
      case "OPEN" -> TransactionStatus.OPEN;
      case "FAILED" -> TransactionStatus.FAILED;
      default -> TransactionStatus.NOT_KNOWN;
    };
  }

  /** Returns the process id of the backend, as the server has told the driver. */
  static String backendPid(Connection connection) throws SQLException {
    return String.valueOf(BACKEND_PID.of(connection));
  }

  /** Returns whether the driver sends texts without savepoints of its own around them. */
  static boolean keepsTexts(Connection connection) throws SQLException {
    return String.valueOf(AUTOSAVE.of(connection)).equals("NEVER");
  }

  /** Returns whether the server has reported a parameter with this value. */
  static boolean reports(Connection connection, String parameter, String value)
      throws SQLException {
    return REPORTED.of(connection) instanceof Map<?, ?> reported
        && value.equals(reported.get(parameter));
  }

  /** Empties the queue of notifications; returns false if this is another driver. */
  static boolean dropNotifications(Connection connection) throws SQLException {
    return NOTIFICATIONS.of(connection) != null;
  }
}
