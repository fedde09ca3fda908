package io.cofferdam.internal.config;

import io.cofferdam.SessionHygiene;
import io.cofferdam.internal.text.Secrets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The database, and how sessions are opened and kept there.
 *
 * @param jdbcUrl the URL, credentials in it included
 * @param username the database user, or null
 * @param password the user's password, or null
 * @param properties further properties for the driver
 * @param hygiene how much of a task's session the next one may meet
 */
public record Database(
    String jdbcUrl,
    @Nullable String username,
    @Nullable String password,
    Map<String, String> properties,
    SessionHygiene hygiene) {

  /** Returns what no message and no log entry may show. */
  public Secrets secrets() {
    return Secrets.of(jdbcUrl, username, password, properties);
  }

  /** Says nothing about the credentials. */
  @Override
  public String toString() {
    return "Database[" + hygiene + "]";
  }
}
