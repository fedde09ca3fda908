package io.cofferdam.internal.dialect.h2;

import io.cofferdam.internal.dialect.ConnectionSettings;
import io.cofferdam.internal.dialect.generic.GenericConnecting;
import java.util.Map;

/** H2 behind its TCP server. */
final class H2Connecting extends GenericConnecting {

  @Override
  public void check(String jdbcUrl, Map<String, String> properties) {
    super.check(jdbcUrl, properties);
    new ConnectionSettings(jdbcUrl, ';', ';', properties)
        .refuse(
            "AUTO_RECONNECT",
            true,
            "a connection must not be replaced inside a transaction. Remove it; the executor"
                + " reconnects between transactions.");
  }
}
