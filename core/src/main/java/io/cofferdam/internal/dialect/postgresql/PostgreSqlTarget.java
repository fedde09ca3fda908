package io.cofferdam.internal.dialect.postgresql;

import io.cofferdam.internal.dialect.ConnectionSettings;
import io.cofferdam.internal.dialect.ConnectionTarget;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Puts the executor's settings beside the user's, wherever the driver would find those: in the URL,
 * in the properties, in the service that one of the two names, or in the driver's own file of
 * defaults. The driver takes the whole of {@code options} from the first of these places that has
 * it, so the two are joined here. Of a setting that comes twice PostgreSQL takes the last.
 */
final class PostgreSqlTarget {

  private static final String OPTIONS = "options";

  /**
   * A session ends within about a second of the end of its client, and within 15 to 20 s if the
   * client's machine says nothing any more. In a Unix-domain socket the last four have no effect.
   */
  private static final String OUR_OPTIONS =
      "-c client_connection_check_interval=1s -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=5"
          + " -c tcp_keepalives_count=3 -c tcp_user_timeout=15s";

  private static final String DRIVER = "org.postgresql.Driver";
  private static final String DRIVER_DEFAULTS = "org/postgresql/driverconfig.properties";

  private PostgreSqlTarget() {}

  /**
   * Returns what to give to the driver. Empty options of the user's turn ours off, because a pooler
   * may refuse them. The server version makes the driver send the application name at connect,
   * where cleaning the session does not lose it.
   */
  static ConnectionTarget of(String jdbcUrl, Map<String, String> user, String applicationName) {
    Properties given = given(jdbcUrl, user);
    check(new ConnectionSettings(given));
    Map<String, String> properties = new LinkedHashMap<>(user);
    @Nullable String options = given.getProperty(OPTIONS);
    if (options == null) {
      properties.put(OPTIONS, OUR_OPTIONS);
    } else if (options.isEmpty()) {
      properties.remove(OPTIONS);
    } else {
      properties.put(OPTIONS, OUR_OPTIONS + " " + options);
    }
    putUnlessGiven(properties, given, "ApplicationName", applicationName);
    putUnlessGiven(properties, given, "assumeMinServerVersion", "14");
    putUnlessGiven(properties, given, "tcpKeepAlive", "true");
    return new ConnectionTarget(withoutOptions(jdbcUrl), properties);
  }

  /** Refuses the settings with which a promise of the executor does not hold. */
  static void check(ConnectionSettings settings) {
    settings.refuse(
        "raiseExceptionOnSilentRollback",
        false,
        "the commit of a failed transaction would look like success. Remove it.");
  }

  private static void putUnlessGiven(
      Map<String, String> properties, Properties given, String name, String value) {
    if (given.getProperty(name) == null) {
      properties.put(name, value);
    }
  }

  /** Returns the settings as the driver reads them; the properties alone if it cannot be asked. */
  private static Properties given(String jdbcUrl, Map<String, String> user) {
    Properties properties = driverDefaults();
    properties.putAll(user);
    try {
      @Nullable Object parsed =
          Class.forName(DRIVER)
              .getMethod("parseURL", String.class, Properties.class)
              .invoke(null, jdbcUrl, properties);
      return parsed instanceof Properties all ? all : properties;
    } catch (ReflectiveOperationException | LinkageError unknownDriver) {
      return properties;
    }
  }

  /** Of several files the one that comes first on the class path wins. */
  private static Properties driverDefaults() {
    Properties defaults = new Properties();
    ClassLoader loader = PostgreSqlTarget.class.getClassLoader();
    try {
      List<URL> files = Collections.list(loader.getResources(DRIVER_DEFAULTS));
      Collections.reverse(files);
      for (URL file : files) {
        try (InputStream in = file.openStream()) {
          defaults.load(in);
        }
      }
    } catch (IOException e) {
      System.err.println("the driver's defaults cannot be read: " + e);
    }
    return defaults;
  }

  private static String withoutOptions(String jdbcUrl) {
    int start = jdbcUrl.indexOf('?');
    if (start < 0) {
      return jdbcUrl;
    }
    StringJoiner kept = new StringJoiner("&");
    for (String parameter : jdbcUrl.substring(start + 1).split("&", -1)) {
      if (!parameter.equals(OPTIONS) && !parameter.startsWith(OPTIONS + "=")) {
        kept.add(parameter);
      }
    }
    return jdbcUrl.substring(0, start) + (kept.length() == 0 ? "" : "?" + kept);
  }
}
