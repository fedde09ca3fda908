package io.cofferdam.internal.dialect;

import java.util.Locale;

/** The dialects that there are. Only the one that is used is loaded. */
final class Dialects {

  private Dialects() {}

  static Dialect forUrl(String jdbcUrl) {
    String url = jdbcUrl.toLowerCase(Locale.ROOT);
    if (url.startsWith("jdbc:postgresql:")) {
      return new PostgreSqlDialect();
    }
    if (url.startsWith("jdbc:mariadb:") || url.startsWith("jdbc:mysql:")) {
      return new MySqlDialect();
    }
    return url.startsWith("jdbc:h2:") ? new H2Dialect() : new GenericDialect();
  }
}
