package io.cofferdam.internal.codec;

import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one throwable without its class. Links are indexes of earlier forms in the list
 * that holds them all, so they cannot form a cycle; -1 is none.
 */
record FailureForm(
    String className,
    @Nullable String message,
    List<StackTraceElement> stackTrace,
    int cause,
    List<Integer> suppressed,
    @Nullable Sql sql) {

  static final int NONE = -1;

  /** What a SQLException adds. */
  record Sql(SqlKind kind, @Nullable String state, int code, List<Long> updateCounts, int next) {}

  /** Makes the standard SQLException, or the stand-in for any other throwable. */
  Throwable rebuild(List<Throwable> earlier) {
    Throwable rebuilt = sql == null ? remote(earlier) : standard(sql, earlier);
    complete(rebuilt, earlier);
    return rebuilt;
  }

  /** Makes the stand-in, also for a SQLException. */
  RemoteThrowable describe(List<RemoteThrowable> earlier) {
    RemoteThrowable remote = remote(earlier);
    complete(remote, earlier);
    return remote;
  }

  private RemoteThrowable remote(List<? extends Throwable> earlier) {
    RemoteThrowable remote = new RemoteThrowable(className, message);
    if (cause != NONE) {
      remote.initCause(earlier.get(cause));
    }
    return remote;
  }

  private SQLException standard(Sql sql, List<Throwable> earlier) {
    SQLException exception =
        sql.kind.create(
            message,
            sql.state,
            sql.code,
            sql.updateCounts,
            cause == NONE ? null : earlier.get(cause));
    if (sql.next != NONE && earlier.get(sql.next) instanceof SQLException next) {
      exception.setNextException(next);
    }
    return exception;
  }

  private void complete(Throwable throwable, List<? extends Throwable> earlier) {
    throwable.setStackTrace(stackTrace.toArray(new StackTraceElement[0]));
    for (int index : suppressed) {
      throwable.addSuppressed(earlier.get(index));
    }
  }
}
