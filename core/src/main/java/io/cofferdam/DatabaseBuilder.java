package io.cofferdam;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableMap;
import io.cofferdam.internal.config.Database;
import io.cofferdam.internal.text.Secrets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects the options of the {@link Database}. Not thread-safe. */
final class DatabaseBuilder {

  private final Map<String, String> properties = new LinkedHashMap<>();
  private @Nullable String jdbcUrl;
  private @Nullable String username;
  private @Nullable String password;
  private SessionHygiene hygiene = SessionHygiene.FAST;

  void jdbcUrl(String jdbcUrl) {
    requireNonNull(jdbcUrl, "jdbcUrl is null");
    Texts.checkNoControl("jdbcUrl", jdbcUrl);
    Texts.checkWhole("jdbcUrl", jdbcUrl);
    checkArgument(
        jdbcUrl.startsWith("jdbc:"),
        "jdbcUrl is '%s'; it must begin with 'jdbc:'",
        Secrets.display(jdbcUrl));
    this.jdbcUrl = jdbcUrl;
  }

  void username(String username) {
    this.username = checked("username", username);
  }

  void password(String password) {
    this.password = checked("password", password);
  }

  void property(String key, String value) {
    requireNonNull(key, "key is null");
    requireNonNull(value, "value is null");
    checkArgument(!key.isEmpty(), "the key of a connection property is empty");
    checkArgument(
        !key.equals("user") && !key.equals("password"),
        "connection property '%s' has a method of its own: use %s(...)",
        key,
        key.equals("user") ? "username" : "password");
    properties.put(
        checked("the key of a connection property", key),
        checked("connection property '" + key + "'", value));
  }

  void hygiene(SessionHygiene hygiene) {
    this.hygiene = requireNonNull(hygiene, "sessionHygiene is null");
  }

  Database build() {
    checkArgument(
        jdbcUrl != null, "jdbcUrl is not set; give the URL of the database with jdbcUrl(...)");
    checkArgument(
        password == null || username != null, "password is set but username is not; set both");
    return new Database(jdbcUrl, username, password, ImmutableMap.copyOf(properties), hygiene);
  }

  private static String checked(String option, String value) {
    requireNonNull(value, option + " is null");
    Texts.checkNoNul(option, value);
    Texts.checkWhole(option, value);
    return value;
  }
}
