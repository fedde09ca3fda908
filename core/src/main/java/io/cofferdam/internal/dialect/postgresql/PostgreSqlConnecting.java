package io.cofferdam.internal.dialect.postgresql;

import io.cofferdam.internal.dialect.Connecting;
import io.cofferdam.internal.dialect.ConnectionSettings;
import io.cofferdam.internal.dialect.ConnectionTarget;
import java.util.Map;

/** PostgreSQL, with settings that end the session of a dead worker. */
final class PostgreSqlConnecting implements Connecting {

  @Override
  public void check(String jdbcUrl, Map<String, String> properties) {
    PostgreSqlTarget.check(new ConnectionSettings(jdbcUrl, '?', '&', properties));
  }

  @Override
  public ConnectionTarget target(String jdbcUrl, Map<String, String> user, String applicationName) {
    return PostgreSqlTarget.of(jdbcUrl, user, applicationName);
  }
}
