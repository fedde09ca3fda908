package io.cofferdam.internal.codec;

import io.cofferdam.TransactionClient;
import io.cofferdam.internal.codec.CulpritSearch.Step;
import io.cofferdam.internal.codec.SerializationDiagnosis.Root;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.nio.channels.Channel;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Lock;
import java.util.stream.BaseStream;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** The mend for a value that cannot leave its process. */
final class Advice {

  static final String GENERAL =
      "Send keys or plain values instead, or make the type serializable, or make the field"
          + " transient.";

  private static final List<Class<?>> BOUND_TO_PROCESS =
      List.of(
          Executor.class,
          Thread.class,
          ThreadLocal.class,
          Future.class,
          Lock.class,
          InputStream.class,
          OutputStream.class,
          Reader.class,
          Writer.class,
          Channel.class,
          BaseStream.class,
          ClassLoader.class,
          Process.class);

  private Advice() {}

  static String of(Root root, Step culprit) {
    String byType = ofType(culprit.value());
    String byCapture = ofCapture(root, culprit);
    if (!byCapture.isEmpty()) {
      return byType.isEmpty() ? byCapture : byType + " " + byCapture;
    }
    return byType.isEmpty() ? GENERAL : byType;
  }

  private static String ofCapture(Root root, Step culprit) {
    if (root.isEnclosingObject()) {
      return "The lambda uses a field or method of its enclosing class and so captures that whole"
          + " object: copy the field to a local variable, or make the task a static method"
          + " reference.";
    }
    if (culprit.path().contains(".this$")) {
      return "An anonymous or inner class holds its enclosing object: use a lambda or a static"
          + " nested class.";
    }
    return "";
  }

  private static String ofType(Object culprit) {
    if (isHandle(culprit.getClass())) {
      return "A task runs in another process and cannot use its executor: do all the work of one"
          + " transaction in one task, with the connection given to it.";
    }
    if (culprit instanceof Connection
        || culprit instanceof Statement
        || culprit instanceof ResultSet
        || culprit instanceof DataSource) {
      return "It belongs to this process: use the connection given to the task, and return values"
          + " rather than JDBC objects.";
    }
    if (culprit instanceof Optional) {
      return "Use the value itself, or null.";
    }
    if (culprit.getClass().isHidden()) {
      return "Declare the lambda as a functional interface that extends Serializable.";
    }
    return BOUND_TO_PROCESS.stream().anyMatch(type -> type.isInstance(culprit))
        ? "It lives in one process only: create it where it is used."
        : "";
  }

  /** Returns whether objects of a type are executors, clients or the like: handles of the API. */
  private static boolean isHandle(Class<?> type) {
    String api = TransactionClient.class.getPackageName();
    boolean declared =
        type.isInterface()
            && type.getPackageName().equals(api)
            && AutoCloseable.class.isAssignableFrom(type);
    Class<?> parent = type.getSuperclass();
    return declared
        || (parent != null && isHandle(parent))
        || Stream.of(type.getInterfaces()).anyMatch(Advice::isHandle);
  }
}
