package io.cofferdam.internal.dialect.registry;

import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.generic.GenericDialect;
import io.cofferdam.internal.dialect.h2.H2Dialect;
import io.cofferdam.internal.dialect.mysql.MySqlDialect;
import io.cofferdam.internal.dialect.postgresql.PostgreSqlDialect;
import java.util.Locale;

/** The dialects that there are. Only the one that is used is loaded. */
public final class Dialects {

  private Dialects() {}

  /** Returns the dialect of a database URL, the generic one if the database is not known. */
  public static Dialect forUrl(String jdbcUrl) {
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
