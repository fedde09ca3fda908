package io.cofferdam.internal.dialect;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The settings of a connection: the parameters of its URL, and its properties where those lack. */
public final class ConnectionSettings {

  private final Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  /**
   * @param start the character before the first parameter of the URL
   * @param separator the character between two parameters
   */
  public ConnectionSettings(
      String jdbcUrl, char start, char separator, Map<String, String> properties) {
    values.putAll(properties);
    int parameters = jdbcUrl.indexOf(start);
    if (parameters >= 0) {
      for (String pair : jdbcUrl.substring(parameters + 1).split(String.valueOf(separator), -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          values.put(pair.substring(0, equals).trim(), decode(pair.substring(equals + 1).trim()));
        }
      }
    }
  }

  /** Settings that the driver has read. */
  public ConnectionSettings(Properties given) {
    for (String name : given.stringPropertyNames()) {
      values.put(name, given.getProperty(name));
    }
  }

  /** Drivers differ in what they decode; of a value that is read only here, that does no harm. */
  private static String decode(String value) {
    try {
      return URLDecoder.decode(value, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      return value;
    }
  }

  /** Returns whether a boolean setting is set and true. */
  public boolean isOn(String name) {
    @Nullable String set = values.get(name);
    return set != null && (set.isEmpty() || set.equals("1") || set.equalsIgnoreCase("true"));
  }

  /** Refuses a boolean setting, since a promise of the executor does not hold with this value. */
  public void refuse(String name, boolean value, String reason) {
    @Nullable String set = values.get(name);
    if (set != null && isOn(name) == value) {
      throw new IllegalArgumentException(
          "connection setting " + name + "=" + set + " is not supported: " + reason);
    }
  }
}
