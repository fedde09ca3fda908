package io.cofferdam.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.IdleLimit;
import io.cofferdam.internal.dialect.registry.Dialects;
import io.cofferdam.internal.worker.guard.GuardedConnection;
import io.cofferdam.internal.worker.guard.GuardedObjects;
import io.cofferdam.internal.worker.guard.SessionEffects;
import io.cofferdam.internal.worker.guard.TaskGate;
import io.cofferdam.internal.worker.session.TaskTransaction;
import java.io.IOException;
import java.io.Reader;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.jdbc.JdbcConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardedConnectionTest {

  /** Stands for what a driver offers beyond JDBC. */
  public interface VendorConnection {
    void commit() throws SQLException;

    void execUpdate(String sql) throws SQLException;

    VendorApi getApi() throws SQLException;

    VendorOperation start() throws SQLException;

    int getProcessId();

    void setFetchSize(int rows);
  }

  /** Stands for what a driver declares as the result of a call. */
  public interface VendorOperation {}

  /** Stands for what the driver returns, and callers cast to. */
  public interface VendorCopy extends VendorOperation {
    void write(String text) throws SQLException;
  }

  /** Stands for a class of the driver that no proxy can guard. */
  public static class VendorApi {}

  private static final Dialect H2 = Dialects.forUrl("jdbc:h2:tcp://host/bank");

  /** For connections that execute nothing by themselves. */
  private static final Dialect WITHOUT_MARK = Dialects.forUrl("jdbc:other://host/bank");

  private final AtomicInteger selfCommits = new AtomicInteger();
  private final SessionEffects effects =
      new SessionEffects(
          possible -> {
            if (possible) {
              selfCommits.incrementAndGet();
            }
          });
  private final TaskGate gate = new TaskGate();
  private Connection raw;
  private GuardedObjects guard;
  private Connection connection;

  @BeforeEach
  void guardConnection() throws SQLException {
    raw = DriverManager.getConnection("jdbc:h2:mem:");
    try (Statement statement = raw.createStatement()) {
      statement.execute("CREATE TABLE account(id INT PRIMARY KEY, balance INT, note CLOB)");
      statement.execute("INSERT INTO account VALUES (1, 100, 'first'), (2, 200, 'second')");
    }
    raw.setAutoCommit(false);
    guard = guardOf(raw, H2);
    connection = guard.connection();
  }

  @AfterEach
  void closeConnection() throws SQLException {
    raw.close();
  }

  private GuardedObjects guardOf(Connection odd, Dialect dialect) throws SQLException {
    Dialect ofTransaction = odd == raw ? dialect : WITHOUT_MARK;
    return GuardedConnection.guard(
        odd,
        gate,
        dialect,
        dialect.classifier("jdbc:h2:tcp://host/bank", Map.of(), ""),
        effects,
        new TaskTransaction(
            odd, ofTransaction.transactions(odd), ofTransaction, IdleLimit.none(), true, effects));
  }

  private static void assertRefused(Executable call) {
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(call::execute)
        .withMessageContaining("not allowed in a task")
        .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("2D000"));
  }

  @Nested
  class WhileTheTaskRuns {

    @Test
    void queriesAndUpdatesPassThrough() throws SQLException {
      try (PreparedStatement update =
          connection.prepareStatement("UPDATE account SET balance = ? WHERE id = ?")) {
        update.setInt(1, 42);
        update.setInt(2, 1);
        assertThat(update.executeUpdate()).isEqualTo(1);
      }
      try (Statement query = connection.createStatement();
          ResultSet row = query.executeQuery("SELECT balance FROM account WHERE id = 1")) {
        assertThat(row.next()).isTrue();
        assertThat(row.getInt(1)).isEqualTo(42);
        assertThat(row.getObject(1)).isEqualTo(42);
      }
      assertThat(effects.executed()).isTrue();
      assertThat(effects.dirtiesSession()).isFalse();
    }

    @Test
    void theEndOfTheTransactionIsTheExecutors() {
      assertRefused(() -> connection.commit());
      assertRefused(() -> connection.rollback());
      assertRefused(() -> connection.setAutoCommit(true));
      assertRefused(() -> connection.abort(Runnable::run));
      assertRefused(() -> connection.setNetworkTimeout(Runnable::run, 1));
    }

    @Test
    void transactionControlAsTextIsRefusedWhereverItIsWritten() throws SQLException {
      Statement statement = connection.createStatement();
      assertRefused(() -> statement.execute("COMMIT"));
      assertRefused(() -> statement.executeUpdate("ROLLBACK"));
      assertRefused(() -> statement.executeQuery("SELECT 1; COMMIT"));
      assertRefused(() -> statement.executeLargeUpdate("BEGIN", new int[] {1}));
      assertRefused(() -> statement.addBatch("COMMIT"));
      assertRefused(() -> connection.prepareStatement("COMMIT"));
      assertRefused(() -> connection.prepareCall("COMMIT", 1003, 1007));
      assertThat(effects.executed()).isFalse();
    }

    @Test
    void closingAndTurningAutoCommitOffAreHarmless() throws SQLException {
      connection.setAutoCommit(false);
      connection.close();

      assertThat(connection.isClosed()).isFalse();
      assertThat(connection.getAutoCommit()).isFalse();
      assertThat(raw.isClosed()).isFalse();
      assertThatCode(() -> connection.createStatement().close()).doesNotThrowAnyException();
    }

    @Test
    void savepointsWork() throws SQLException {
      Savepoint savepoint = connection.setSavepoint("before");
      try (Statement statement = connection.createStatement()) {
        statement.executeUpdate("DELETE FROM account");
        connection.rollback(savepoint);
        ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM account");
        assertThat(rows.next()).isTrue();
        assertThat(rows.getInt(1)).isEqualTo(2);
      }
    }

    @Test
    void theExceptionOfTheDriverComesOutItself() throws SQLException {
      Statement statement = connection.createStatement();

      assertThatThrownBy(() -> statement.executeUpdate("INSERT INTO account VALUES (1, 1, '')"))
          .isInstanceOf(java.sql.SQLIntegrityConstraintViolationException.class);
    }

    @Test
    void guardedArgumentsReachTheDriverRaw() throws SQLException {
      Clob note = connection.createClob();
      note.setString(1, "changed");
      try (PreparedStatement update = connection.prepareStatement("UPDATE account SET note = ?")) {
        update.setClob(1, note);
        assertThat(update.executeUpdate()).isEqualTo(2);
      }
    }

    @Test
    void whatTheTaskLeftOpenCanBeClosed() throws SQLException {
      connection.createStatement();
      connection.createStatement().close();
      Connection odd = mock(Connection.class);
      Statement left = mock(Statement.class);
      when(odd.createStatement()).thenReturn(left);
      GuardedObjects other = guardOf(odd, H2);
      other.connection().createStatement();

      other.closeStatements();

      verify(left).close();
    }
  }

  @Nested
  class ObjectsReachedFromTheConnection {

    @Test
    void knowTheGuardedOnesTheyCameFrom() throws SQLException {
      Statement statement = connection.createStatement();
      ResultSet rows = statement.executeQuery("SELECT * FROM account");

      assertThat(statement.getConnection()).isSameAs(connection);
      assertThat(connection.getMetaData().getConnection()).isSameAs(connection);
      assertThat(rows.getStatement()).isSameAs(statement);
      assertThat(statement.getResultSet()).isSameAs(rows);
    }

    @Test
    void areEqualOnlyToThemselves() throws SQLException {
      Statement statement = connection.createStatement();

      Set<Statement> statements = new HashSet<>(List.of(statement, connection.createStatement()));

      assertThat(statements).hasSize(2).contains(statement);
      assertThat(connection.toString()).startsWith("guarded ");
    }

    @Test
    void unwrapToInterfacesOnly() throws SQLException {
      assertThat(connection.unwrap(Connection.class)).isSameAs(connection);
      assertThat(connection.isWrapperFor(Connection.class)).isTrue();
      assertThat(connection.isWrapperFor(JdbcConnection.class)).isFalse();
      assertThatThrownBy(() -> connection.unwrap(JdbcConnection.class))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("only an interface can be guarded");
    }
  }

  @Nested
  class OnceTheTaskHasEnded {

    @Test
    void everythingReachedFromTheConnectionIsDead() throws Exception {
      Statement statement = connection.createStatement();
      PreparedStatement prepared = connection.prepareStatement("SELECT 1");
      ResultSet rows = statement.executeQuery("SELECT note FROM account");
      rows.next();
      Clob note = rows.getClob(1);
      Reader reader = rows.getCharacterStream(1);
      var metaData = connection.getMetaData();

      assertThat(gate.close(Duration.ZERO)).isTrue();

      assertDead(() -> connection.createStatement());
      assertDead(() -> statement.execute("SELECT 1"));
      assertDead(prepared::executeQuery);
      assertDead(rows::next);
      assertDead(() -> rows.getString(1));
      assertDead(note::length);
      assertDead(metaData::getUserName);
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(reader::read)
          .withMessageContaining("has ended");
      assertThatExceptionOfType(SQLClientInfoException.class)
          .isThrownBy(() -> connection.setClientInfo(new Properties()));
      assertThat(connection.isClosed()).isTrue();
    }

    @Test
    void closingIsHarmless() throws SQLException {
      Statement statement = connection.createStatement();
      gate.close(Duration.ZERO);

      assertThatCode(statement::close).doesNotThrowAnyException();
      assertThatCode(connection::close).doesNotThrowAnyException();
    }

    private static void assertDead(Executable call) {
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(call::execute)
          .withMessageContaining("has ended");
    }
  }

  @Nested
  class TheEffectsOfTheTask {

    @Test
    void aStatementThatMayCommitIsAnnouncedOnceAndBeforeItIsSent() throws SQLException {
      Connection odd = mock(Connection.class);
      Statement statement = mock(Statement.class);
      when(odd.createStatement()).thenReturn(statement);
      when(statement.execute(anyString()))
          .then(
              call -> {
                assertThat(selfCommits).hasValue(1);
                return false;
              });
      Statement guarded = guardOf(odd, H2).connection().createStatement();

      guarded.execute("CREATE TABLE a(i INT)");
      guarded.execute("CREATE TABLE b(i INT)");

      assertThat(selfCommits).hasValue(1);
      assertThat(effects.mayBeCommitted()).isTrue();
    }

    @Test
    void aPreparedStatementCountsWhenExecuted() throws SQLException {
      PreparedStatement ddl = connection.prepareStatement("CREATE TABLE a(i INT)");
      assertThat(effects.mayBeCommitted()).isFalse();

      ddl.execute();

      assertThat(effects.mayBeCommitted()).isTrue();
    }

    @Test
    void aBatchCountsWhenExecuted() throws SQLException {
      Statement statement = connection.createStatement();
      statement.addBatch("UPDATE account SET balance = 0");
      statement.addBatch("CREATE TABLE a(i INT)");
      assertThat(effects.executed()).isFalse();

      statement.executeBatch();

      assertThat(effects.mayBeCommitted()).isTrue();
    }

    @Test
    void settingsOfTheSessionDirtyIt() throws SQLException {
      connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      assertThat(effects.dirtiesSession()).isTrue();
      assertThat(effects.replacesConnection()).isFalse();
    }

    @Test
    void settingsThatTheDriverKeepsCostTheConnectionUnlessUnchanged() throws SQLException {
      connection.setHoldability(raw.getHoldability());
      connection.setReadOnly(false);
      assertThat(effects.dirtiesSession()).isFalse();

      connection.setHoldability(ResultSet.CLOSE_CURSORS_AT_COMMIT);
      assertThat(effects.replacesConnection()).isTrue();
    }

    @Test
    void aSwallowedDeadlockIsNoted() throws SQLException {
      Connection odd = mock(Connection.class);
      Statement statement = mock(Statement.class);
      SQLException deadlock = new SQLException("Deadlock detected", "40001", 40001);
      when(odd.createStatement()).thenReturn(statement);
      when(statement.executeUpdate(anyString())).thenThrow(deadlock);

      assertThatThrownBy(
              () ->
                  guardOf(odd, H2)
                      .connection()
                      .createStatement()
                      .executeUpdate("UPDATE account SET balance = 1"))
          .isSameAs(deadlock);

      assertThat(effects.knownEnd() == deadlock).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cofferdam", "COFFERDAM"})
    void theSavepointOfTheExecutorIsRefused(String name) throws SQLException {
      Connection odd = mock(Connection.class);
      Connection guarded = guardOf(odd, Dialects.forUrl("jdbc:mariadb://host/bank")).connection();

      assertThatThrownBy(() -> guarded.setSavepoint(name))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("use another name");
      verify(odd, never()).setSavepoint(any());
    }
  }

  @Nested
  class AnInterfaceOfTheDriver {

    private final VendorConnection vendor = mock(VendorConnection.class);
    private VendorConnection unwrapped;

    @BeforeEach
    void unwrap() throws SQLException {
      Connection odd = mock(Connection.class);
      when(odd.unwrap(VendorConnection.class)).thenReturn(vendor);
      unwrapped = guardOf(odd, H2).connection().unwrap(VendorConnection.class);
    }

    @Test
    void isGatedToo() throws SQLException {
      when(vendor.getProcessId()).thenReturn(7);
      assertThat(unwrapped.getProcessId()).isEqualTo(7);

      gate.close(Duration.ZERO);

      assertThatThrownBy(unwrapped::getProcessId)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("has ended");
    }

    @Test
    void cannotEndTheTransaction() throws SQLException {
      assertRefused(unwrapped::commit);
      assertRefused(() -> unwrapped.execUpdate("COMMIT"));
      verify(vendor, never()).commit();
    }

    @Test
    void handsOutOtherInterfacesGuardedToo() throws SQLException {
      List<String> written = new ArrayList<>();
      VendorCopy copy = written::add;
      when(vendor.start()).thenReturn(copy);

      VendorCopy guarded = (VendorCopy) unwrapped.start();
      guarded.write("row");

      gate.close(Duration.ZERO);

      assertThatThrownBy(() -> guarded.write("late")).hasMessageContaining("has ended");
      assertThat(written).containsExactly("row");
    }

    @Test
    void costsTheConnectionWhenItHandsOutAClass() throws SQLException {
      VendorApi api = new VendorApi();
      when(vendor.getApi()).thenReturn(api);

      assertThat(unwrapped.getApi()).isSameAs(api);

      assertThat(effects.replacesConnection()).isTrue();
    }
  }

  @Nested
  class ALargeObject {

    @Test
    void isGuardedWithItsStreams() throws Exception {
      Blob blob = connection.createBlob();
      try (var out = blob.setBinaryStream(1)) {
        out.write(new byte[] {1, 2, 3});
      }
      var in = blob.getBinaryStream();
      assertThat(in.readNBytes(3)).containsExactly(1, 2, 3);

      gate.close(Duration.ZERO);

      assertThatExceptionOfType(IOException.class).isThrownBy(in::read);
    }
  }
}
