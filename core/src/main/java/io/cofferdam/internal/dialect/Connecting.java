package io.cofferdam.internal.dialect;

import java.util.Map;

/** Which databases and settings can be used, and what a driver is given to connect. */
public interface Connecting {

  /**
   * Checks that several processes can share the database and that no setting of the driver breaks a
   * promise of the executor.
   *
   * @throws IllegalArgumentException with the URL or setting and what to use instead
   */
  void check(String jdbcUrl, Map<String, String> properties);

  /**
   * Returns what to hand to the driver: the user's settings, whichever way they were given, and
   * ours where the user has not set them. To be called where the driver is.
   *
   * @param user the user's connection properties
   * @param applicationName the name under which the database lists the session
   */
  ConnectionTarget target(String jdbcUrl, Map<String, String> user, String applicationName);
}
