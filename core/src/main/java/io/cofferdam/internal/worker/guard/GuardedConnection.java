package io.cofferdam.internal.worker.guard;

import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.DriverTraits;
import io.cofferdam.internal.sql.Backslash;
import io.cofferdam.internal.sql.SqlClassifier;
import io.cofferdam.internal.sql.SqlVerdict;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.NClob;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Statement;
import java.sql.Struct;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The connection that one task sees: it dies with the task, as does every JDBC object reached from
 * it, and it leaves the end of the transaction to the executor.
 */
public final class GuardedConnection {

  static final String INVALID_TRANSACTION_TERMINATION = "2D000";

  /** Subtypes come before their supertypes. */
  private static final List<Class<?>> GUARDED_TYPES =
      List.of(
          ResultSet.class,
          CallableStatement.class,
          PreparedStatement.class,
          Statement.class,
          ResultSetMetaData.class,
          ParameterMetaData.class,
          DatabaseMetaData.class,
          Array.class,
          Blob.class,
          NClob.class,
          Clob.class,
          SQLXML.class,
          Ref.class,
          Struct.class);

  private static final ClassValue<Class<?>[]> GUARDED_AS =
      new ClassValue<>() {
        @Override
        protected Class<?>[] computeValue(Class<?> type) {
          return guardedAs(type);
        }
      };

  private final Connection raw;
  private final TaskGate gate;
  private final Dialect dialect;
  private final SqlClassifier classifier;
  private final SessionEffects effects;
  private final GuardedTransaction transaction;
  private final Connection proxy;
  private final Set<Statement> openStatements = ConcurrentHashMap.newKeySet();
  private volatile boolean changed;

  private GuardedConnection(
      Connection raw,
      TaskGate gate,
      Dialect dialect,
      SqlClassifier classifier,
      SessionEffects effects,
      GuardedTransaction transaction) {
    this.raw = raw;
    this.gate = gate;
    this.dialect = dialect;
    this.classifier = classifier;
    this.effects = effects;
    this.transaction = transaction;
    this.proxy = proxy(Connection.class, new GuardedObject(this, raw, null, JudgedSql.NONE));
  }

  /** Guards a connection for one task. */
  public static GuardedConnection guard(
      Connection raw,
      TaskGate gate,
      Dialect dialect,
      SqlClassifier classifier,
      SessionEffects effects,
      GuardedTransaction transaction) {
    return new GuardedConnection(raw, gate, dialect, classifier, effects, transaction);
  }

  /** Returns what the task gets to see. */
  public Connection connection() {
    return proxy;
  }

  /** Closes the statements that the task has left open, once the gate is closed. */
  public void closeStatements() throws SQLException {
    for (Statement statement : openStatements) {
      statement.close();
    }
    openStatements.clear();
  }

  /** Begins the transaction in the database before the first statement that can be cancelled. */
  void begin() throws SQLException {
    if (transaction.hasBegun() && !changed) {
      return;
    }
    gate.enter();
    try {
      transaction.begin();
      forgetStatements();
    } finally {
      gate.exit();
    }
  }

  private synchronized void forgetStatements() throws SQLException {
    if (changed) {
      changed = !dialect.cleaning().forgetStatements(raw, effects.replacesConnection());
    }
  }

  /** Notes that a statement may change what the next ones mean. */
  void changing(SqlVerdict verdict) {
    if (verdict.dirtiesSession()) {
      changed = true;
    }
  }

  GuardedTransaction transaction() {
    return transaction;
  }

  /** Returns what distinguishes the driver. */
  DriverTraits driver() {
    return dialect.driver();
  }

  /** Returns the verdict on a method that changes a setting of the session. */
  SqlVerdict judgeSetting() {
    return classifier.judgeSetting();
  }

  TaskGate gate() {
    return gate;
  }

  SessionEffects effects() {
    return effects;
  }

  void closed(Object raw) {
    if (raw instanceof Statement) {
      openStatements.remove(raw);
    }
  }

  void checkSavepoint(String name) throws SQLException {
    if (name.indexOf(';') >= 0) {
      throw new SQLException(
          "a savepoint must not have a semicolon in its name: " + name,
          INVALID_TRANSACTION_TERMINATION);
    }
    String refusal = classifier.savepointRefusal(name);
    if (refusal != null) {
      throw new SQLException(refusal, INVALID_TRANSACTION_TERMINATION);
    }
  }

  /** Judges an SQL text as the connection would send it now. */
  JudgedSql judge(String sql) throws SQLException {
    Backslash backslash = classifier.backslash(raw);
    return judged(sql, backslash, classifier.classify(sql, backslash, raw));
  }

  /** Judges a text that the driver may keep, and send when it is read in another way. */
  JudgedSql judgeForLater(String sql) throws SQLException {
    JudgedSql now = judge(sql);
    boolean isCertain = classifier.classify(sql, Backslash.NOT_KNOWN, raw).equals(now.verdict());
    return isCertain ? now : new JudgedSql(sql, now.backslash(), now.verdict().inDoubt());
  }

  /** Judges a text that starts a COPY. */
  JudgedSql judgeCopy(String sql) throws SQLException {
    Backslash backslash = classifier.backslash(raw);
    return judged(sql, backslash, classifier.classifyCopy(sql, backslash, raw));
  }

  /** Returns the verdict on a text that was judged before, and may be read in another way now. */
  SqlVerdict verdictNow(JudgedSql sql) throws SQLException {
    if (sql.isNone() || sql.backslash() == classifier.backslash(raw)) {
      return sql.verdict();
    }
    String text = sql.text();
    return text == null ? sql.verdict().inDoubt() : judge(text).verdict();
  }

  private JudgedSql judged(String sql, Backslash backslash, SqlVerdict verdict)
      throws SQLException {
    String refusal = verdict.refusal();
    if (refusal != null) {
      if (verdict.rollsBack()) {
        rollbackOnly("ROLLBACK");
      }
      throw new SQLException(refusal, INVALID_TRANSACTION_TERMINATION);
    }
    return new JudgedSql(sql, backslash, verdict);
  }

  /** Refuses names of columns that a driver may write into the text as they are. */
  static void checkColumns(@Nullable Object[] arguments) throws SQLException {
    if (arguments.length > 1 && arguments[1] instanceof String[] columns) {
      for (@Nullable String column : columns) {
        if (column != null && column.indexOf(';') >= 0) {
          throw new SQLException(
              "a column to return must not have a semicolon in its name: " + column,
              INVALID_TRANSACTION_TERMINATION);
        }
      }
    }
  }

  /**
   * Notes that the task has asked for a rollback, which the executor leaves to the end of the task.
   *
   * @throws SQLException if the task has ended or was cancelled: it is decided by then
   */
  void rollbackOnly(String operation) throws SQLException {
    gate.enter();
    try {
      effects.rollbackOnly(RollbackCall.here(operation));
    } finally {
      gate.exit();
    }
  }

  /** Notes that a rollback to a savepoint has failed: what it was to undo is still there. */
  void goingBackFailed(String operation) {
    if (effects.knownEnd() == null) {
      effects.rollbackOnly(RollbackCall.here(operation + ", which failed,"));
    }
  }

  /**
   * Makes sure that a statement does not commit what the task wants to be rolled back.
   *
   * @throws SQLException if it might
   */
  void checkKeepsRollback(SqlVerdict verdict) throws SQLException {
    SQLException call = effects.rollbackCall();
    if (call != null && verdict.mayCommit()) {
      throw new SQLException(
          "a statement that may commit by itself is not allowed after a rollback: the task is to be"
              + " rolled back as a whole when it ends",
          INVALID_TRANSACTION_TERMINATION,
          call);
    }
  }

  static SQLException refused(String operation, String instead) {
    return new SQLException(
        operation + " is not allowed in a task: " + instead, INVALID_TRANSACTION_TERMINATION);
  }

  /** Notes what a failure of the driver means for the transaction. */
  void noteFailure(Throwable failure) {
    if (failure instanceof SQLException sql) {
      for (Throwable each : sql) {
        if (each instanceof SQLException link && dialect.failures().endsTransaction(link)) {
          transaction.failed(sql, true);
          return;
        } else if (each instanceof SQLException link
            && dialect.failures().mayEndTransaction(link)) {
          transaction.failed(sql, false);
        }
      }
    }
  }

  /** Guards what a call has returned, if it reaches the database; anything else stays itself. */
  @Nullable Object wrap(@Nullable Object result, GuardedObject source, JudgedSql prepared) {
    if (result instanceof InputStream in) {
      return new GuardedStreams.In(in, gate);
    } else if (result instanceof OutputStream out) {
      return new GuardedStreams.Out(out, gate);
    } else if (result instanceof Reader reader) {
      return new GuardedStreams.CharsIn(reader, gate);
    } else if (result instanceof Writer writer) {
      return new GuardedStreams.CharsOut(writer, gate);
    } else if (result instanceof Connection) {
      return proxy;
    } else if (result instanceof Object[] results) {
      return wrapAll(results, source);
    }
    if (result == null) {
      return null;
    }
    Class<?>[] types = GUARDED_AS.get(result.getClass());
    return types.length == 0 ? result : wrapAs(types, result, source, prepared);
  }

  /** Returns the types under which an object is guarded: drivers have classes that are several. */
  private static Class<?>[] guardedAs(Class<?> type) {
    List<Class<?>> found = new ArrayList<>();
    for (Class<?> each : GUARDED_TYPES) {
      if (each.isAssignableFrom(type) && found.stream().noneMatch(each::isAssignableFrom)) {
        found.add(each);
      }
    }
    return found.toArray(new Class<?>[0]);
  }

  /** Guards what an array holds: an SQL array of large objects is an array of those here. */
  private Object[] wrapAll(Object[] results, GuardedObject source) {
    if (GuardRules.isPlain(results.getClass())) {
      return results;
    }
    Object[] guarded = results;
    for (int i = 0; i < results.length; i++) {
      Object each = wrap(results[i], source, JudgedSql.NONE);
      if (each != results[i]) {
        guarded = guarded == results ? copyFor(results, each) : guarded;
        guarded[i] = each;
      }
    }
    return guarded;
  }

  /** Copies an array, into one of objects if a guarded one would not fit. */
  private static Object[] copyFor(Object[] results, @Nullable Object guarded) {
    return results.getClass().getComponentType().isInstance(guarded)
        ? results.clone()
        : Arrays.copyOf(results, results.length, Object[].class);
  }

  /**
   * Returns arguments for the driver, with the objects themselves in place of guarded ones.
   *
   * @throws SQLException if one belongs to another task, and so to nobody any more
   */
  @Nullable Object[] unwrapped(@Nullable Object[] arguments) throws SQLException {
    @Nullable Object[] result = arguments;
    for (int i = 0; i < arguments.length; i++) {
      Object argument = arguments[i];
      Object inner = argument instanceof Object[] nested ? unwrapped(nested) : rawOf(argument);
      if (inner != argument) {
        if (result == arguments) {
          result = copyFor(arguments, inner);
        }
        result[i] = inner;
      }
    }
    return result;
  }

  private @Nullable Object rawOf(@Nullable Object argument) throws SQLException {
    if (!(argument instanceof Proxy)
        || !(Proxy.getInvocationHandler(argument) instanceof GuardedObject guarded)) {
      return argument;
    }
    if (guarded.task() != this) {
      throw new SQLException(
          "an argument comes from the connection of another task, which has ended. Use"
              + " connections, statements, results and what they return only until their task"
              + " returns.",
          "08003");
    }
    return guarded.raw();
  }

  private Object wrapAs(Class<?>[] types, Object raw, GuardedObject source, JudgedSql prepared) {
    Object known = source.relative(raw);
    if (known != null) {
      return known;
    }
    if (raw instanceof Statement statement && source.raw() instanceof Connection) {
      openStatements.add(statement);
    }
    return source.remember(raw, proxy(types, new GuardedObject(this, raw, source, prepared)));
  }

  /** Guards an object under one interface of the driver. */
  Object wrapAsVendor(Class<?> type, Object raw, GuardedObject source) {
    return proxy(type, new GuardedObject(this, raw, source, source.prepared()));
  }

  /** Guards what the driver returned under all its interfaces, since callers downcast. */
  Object wrapVendorResult(Object raw, GuardedObject source) {
    Set<Class<?>> types = new LinkedHashSet<>();
    for (Class<?> type = raw.getClass(); type != null; type = type.getSuperclass()) {
      addPublicInterfaces(type, types);
    }
    GuardedObject handler = new GuardedObject(this, raw, source, source.prepared());
    ClassLoader loader = raw.getClass().getClassLoader();
    Object guarded = Proxy.newProxyInstance(loader, types.toArray(new Class<?>[0]), handler);
    handler.proxiedBy(guarded);
    return guarded;
  }

  private static void addPublicInterfaces(Class<?> type, Set<Class<?>> types) {
    for (Class<?> each : type.getInterfaces()) {
      if (Modifier.isPublic(each.getModifiers())) {
        types.add(each);
      } else {
        addPublicInterfaces(each, types);
      }
    }
  }

  private static <T> T proxy(Class<T> type, GuardedObject handler) {
    return type.cast(proxy(new Class<?>[] {type}, handler));
  }

  private static Object proxy(Class<?>[] types, GuardedObject handler) {
    Object proxy = Proxy.newProxyInstance(types[0].getClassLoader(), types, handler);
    handler.proxiedBy(proxy);
    return proxy;
  }
}
