package io.cofferdam.internal.dialect;

import java.util.Locale;

/** The dialects that there are, one instance of each. */
final class Dialects {

  private static final Dialect POSTGRESQL = new PostgreSqlDialect();
  private static final Dialect MYSQL = new MySqlDialect();
  private static final Dialect H2 = new H2Dialect();
  private static final Dialect GENERIC = new GenericDialect();

  private Dialects() {}

  static Dialect forUrl(String jdbcUrl) {
    String url = jdbcUrl.toLowerCase(Locale.ROOT);
    if (url.startsWith("jdbc:postgresql:")) {
      return POSTGRESQL;
    }
    if (url.startsWith("jdbc:mariadb:") || url.startsWith("jdbc:mysql:")) {
      return MYSQL;
    }
    return url.startsWith("jdbc:h2:") ? H2 : GENERIC;
  }
}
