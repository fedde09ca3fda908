package io.cofferdam.testing;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JDBC driver that never connects for good, and fails in the way that the URL names after {@code
 * jdbc:hostile:}. Workers find it on the class path of {@link #classPath}.
 */
public final class HostileDriver extends UselessDriver {

  private static final String PREFIX = "jdbc:hostile:";

  static {
    try {
      DriverManager.registerDriver(new HostileDriver());
    } catch (SQLException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private int attempts;

  /** An exception whose deserialization takes 2^100 steps. */
  private static final class Bomb extends SQLException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("UnusedVariable")
    final Set<Object> fuse = NestedSets.of(100);

    Bomb() {
      super("the driver is a bomb", "08004", 77);
    }
  }

  /** Returns this JVM's class path, with this driver for {@link DriverManager} to find. */
  public static List<Path> classPath(Path scratch) throws IOException {
    Path services = Files.createDirectories(scratch.resolve("META-INF/services"));
    Files.writeString(services.resolve(Driver.class.getName()), HostileDriver.class.getName());
    List<Path> entries = new ArrayList<>(List.of(scratch));
    for (String entry : System.getProperty("java.class.path").split(":", -1)) {
      if (Files.exists(Path.of(entry))) {
        entries.add(Path.of(entry));
      }
    }
    return entries;
  }

  @Override
  public @Nullable Connection connect(String url, Properties info) throws SQLException {
    if (!acceptsURL(url)) {
      return null;
    }
    attempts++;
    String act = url.substring(PREFIX.length()).split("[:?;/]", 2)[0];
    switch (act) {
      case "bomb" -> throw new Bomb();
      case "forge" ->
          throw new SQLException(
              "attempt " + attempts + "\n2026-01-01 ERROR forged\u2028\u202e" + "x".repeat(50_000));
      case "break" -> {
        return (Connection)
            Proxy.newProxyInstance(
                HostileDriver.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("close")) {
                    throw new SQLException("it was to be closed");
                  }
                  throw new IllegalStateException("the connection is broken");
                });
      }
      case "tell" -> throw new SQLException("cannot reach " + url + " with " + info, "08001");
      default -> throw new SQLException("unknown act in " + Arrays.toString(act.toCharArray()));
    }
  }

  @Override
  public boolean acceptsURL(String url) {
    return url.startsWith(PREFIX);
  }
}
