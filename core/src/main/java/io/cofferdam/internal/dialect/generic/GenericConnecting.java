package io.cofferdam.internal.dialect.generic;

import io.cofferdam.internal.dialect.Connecting;
import io.cofferdam.internal.dialect.ConnectionTarget;
import java.util.Locale;
import java.util.Map;

/** Any database that processes can share. */
public class GenericConnecting implements Connecting {

  @Override
  public void check(String jdbcUrl, Map<String, String> properties) {
    UnsharedDatabases.refuse(jdbcUrl.toLowerCase(Locale.ROOT), jdbcUrl);
  }

  @Override
  public ConnectionTarget target(String jdbcUrl, Map<String, String> user, String applicationName) {
    return new ConnectionTarget(jdbcUrl, user);
  }
}
