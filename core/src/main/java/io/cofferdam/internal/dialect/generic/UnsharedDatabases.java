package io.cofferdam.internal.dialect.generic;

import io.cofferdam.internal.text.Secrets;

/** Refuses databases that live inside one process, since every worker would open its own. */
final class UnsharedDatabases {

  private UnsharedDatabases() {}

  static void refuse(String lowerCaseUrl, String jdbcUrl) {
    refuseH2(lowerCaseUrl, jdbcUrl);
    refuseDerby(lowerCaseUrl, jdbcUrl);
    refuseHsqldb(lowerCaseUrl, jdbcUrl);
    refuseSqlite(lowerCaseUrl, jdbcUrl);
    if (lowerCaseUrl.startsWith("jdbc:duckdb:")) {
      throw unshared(jdbcUrl, "a database with a server, or SQLite in a file");
    }
    if (lowerCaseUrl.startsWith("jdbc:tc:")) {
      throw unshared(
          jdbcUrl, "the URL that container.getJdbcUrl() returns: each worker would start its own");
    }
  }

  private static void refuseH2(String url, String jdbcUrl) {
    boolean served = url.startsWith("jdbc:h2:tcp:") || url.startsWith("jdbc:h2:ssl:");
    if (url.startsWith("jdbc:h2:") && !served) {
      throw unshared(
          jdbcUrl, "H2's server mode: jdbc:h2:tcp://<host>/<database> (org.h2.tools.Server -tcp)");
    }
  }

  private static void refuseDerby(String url, String jdbcUrl) {
    if (url.startsWith("jdbc:derby:") && !url.startsWith("jdbc:derby://")) {
      throw unshared(jdbcUrl, "Derby's network server: jdbc:derby://<host>:1527/<database>");
    }
  }

  private static void refuseHsqldb(String url, String jdbcUrl) {
    boolean served = url.matches("jdbc:hsqldb:(hsqls?|https?)://.*");
    if (url.startsWith("jdbc:hsqldb:") && !served) {
      throw unshared(jdbcUrl, "HSQLDB's server mode: jdbc:hsqldb:hsql://<host>/<database>");
    }
  }

  private static void refuseSqlite(String url, String jdbcUrl) {
    boolean inMemory =
        url.equals("jdbc:sqlite:")
            || url.startsWith("jdbc:sqlite:?")
            || url.contains(":memory:")
            || url.contains("mode=memory");
    if (url.startsWith("jdbc:sqlite:") && inMemory) {
      throw unshared(jdbcUrl, "a database file: jdbc:sqlite:/<path>");
    }
  }

  private static IllegalArgumentException unshared(String jdbcUrl, String instead) {
    return new IllegalArgumentException(
        "jdbcUrl "
            + Secrets.display(jdbcUrl).split("[?;]", 2)[0]
            + " names a database that worker processes cannot share. Use "
            + instead
            + ".");
  }
}
