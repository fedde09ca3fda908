package io.cofferdam.testing;

import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.DatabaseServer;
import io.cofferdam.testkit.database.Durability;
import io.cofferdam.testkit.database.H2Server;
import io.cofferdam.testkit.database.MariaDbServer;
import io.cofferdam.testkit.database.PostgresServer;
import io.cofferdam.testkit.database.TestDatabase;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The database servers of this test JVM: one of each kind, started when first asked for, shared by
 * all tests and stopped at the end of the run. JUnit finds this class as a service.
 *
 * <p>A class whose lambdas run in workers must not use it in a static initialiser: the worker would
 * start servers too.
 */
public final class Databases implements BeforeAllCallback {

  private static final Map<DatabaseKind, DatabaseServer> SHARED = new EnumMap<>(DatabaseKind.class);

  /** Returns the running server of that kind which all tests share; do not stop it. */
  public static DatabaseServer shared(DatabaseKind kind) {
    synchronized (SHARED) {
      return SHARED.computeIfAbsent(kind, Databases::start);
    }
  }

  /** Makes a database for one test alone, on the shared server of that kind. */
  public static TestDatabase fresh(DatabaseKind kind) {
    return shared(kind).fresh();
  }

  /** Starts a server that the caller may stop and must close. */
  public static DatabaseServer start(DatabaseKind kind) {
    return started(
        switch (kind) {
          case POSTGRESQL -> new PostgresServer();
          case MARIADB -> new MariaDbServer(Durability.SERVER_DEATH);
          case H2 -> new H2Server();
        });
  }

  /** Starts a MariaDB with further options, which the caller may stop and must close. */
  public static DatabaseServer startMariaDb(String... options) {
    return started(new MariaDbServer(Durability.SERVER_DEATH, options));
  }

  private static DatabaseServer started(DatabaseServer server) {
    server.killAtExit().start();
    return server;
  }

  private static void closeShared() {
    List<DatabaseServer> servers;
    synchronized (SHARED) {
      servers = new ArrayList<>(SHARED.values());
      SHARED.clear();
    }
    servers.forEach(DatabaseServer::close);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    AutoCloseable end = Databases::closeShared;
    context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(Databases.class))
        .getOrComputeIfAbsent("servers", key -> end);
  }
}
