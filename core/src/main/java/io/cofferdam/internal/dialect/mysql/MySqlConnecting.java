package io.cofferdam.internal.dialect.mysql;

import io.cofferdam.internal.dialect.ConnectionSettings;
import io.cofferdam.internal.dialect.generic.GenericConnecting;
import io.cofferdam.internal.text.Secrets;
import java.util.Locale;
import java.util.Map;

/** MySQL and MariaDB, without what replaces a connection inside a transaction. */
final class MySqlConnecting extends GenericConnecting {

  @Override
  public void check(String jdbcUrl, Map<String, String> properties) {
    String reconnects =
        "a connection must not be replaced inside a transaction. Remove it; the executor reconnects"
            + " between transactions.";
    ConnectionSettings settings = new ConnectionSettings(jdbcUrl, '?', '&', properties);
    settings.refuse("autoReconnect", true, reconnects);
    settings.refuse("autoReconnectForPools", true, reconnects);
    settings.refuse("transactionReplay", true, reconnects);
    settings.refuse("pool", true, "a pooled session outlives its worker's connection. Remove it.");
    if (jdbcUrl.toLowerCase(Locale.ROOT).matches("jdbc:(mariadb|mysql):[a-z-]+:.*")) {
      throw new IllegalArgumentException(
          "jdbcUrl "
              + Secrets.display(jdbcUrl).split("\\?", 2)[0]
              + " may change the server inside a transaction. List the hosts without a mode:"
              + " jdbc:mariadb://host1,host2/database takes the first that answers.");
    }
  }
}
