package io.cofferdam.internal.dialect;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a driver is given to open a connection.
 *
 * @param jdbcUrl the URL, without the parameters that the properties now hold
 * @param properties the properties, without user and password
 */
public record ConnectionTarget(String jdbcUrl, Map<String, String> properties) {

  /**
   * Returns whether the user has named a setting of the session, wherever settings of the session
   * may stand in those of the driver.
   */
  public boolean names(String setting) {
    return Stream.concat(Stream.of(jdbcUrl), properties.values().stream())
        .anyMatch(text -> text.toLowerCase(Locale.ROOT).replace('-', '_').contains(setting));
  }
}
