package io.cofferdam.internal.log;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LocationAwareLogger;

/**
 * A logger of the application, which may be the very thing that has failed: whatever it throws
 * costs the entry and nothing else, because who logs here is settling a task or keeps a worker
 * alive. Thread-safe.
 */
public final class Log {

  private static final String CALLER = Log.class.getName();

  private final Logger logger;

  private Log(Logger logger) {
    this.logger = logger;
  }

  /** Returns the log of a class. */
  public static Log of(Class<?> type) {
    return new Log(LoggerFactory.getLogger(type));
  }

  /** Returns the log of this name. */
  public static Log named(String name) {
    return new Log(LoggerFactory.getLogger(name));
  }

  public void debug(String format, @Nullable Object... arguments) {
    log(Level.DEBUG, format, arguments);
  }

  public void info(String format, @Nullable Object... arguments) {
    log(Level.INFO, format, arguments);
  }

  public void warn(String format, @Nullable Object... arguments) {
    log(Level.WARN, format, arguments);
  }

  public void error(String format, @Nullable Object... arguments) {
    log(Level.ERROR, format, arguments);
  }

  /** Logs as SLF4J does: an exception that is the last argument is printed with its stack. */
  private void log(Level level, String format, @Nullable Object[] arguments) {
    try {
      if (!logger.isEnabledForLevel(level)) {
        return;
      }
      if (logger instanceof LocationAwareLogger aware) {
        Throwable thrown = MessageFormatter.getThrowableCandidate(arguments);
        Object[] shown = thrown == null ? arguments : MessageFormatter.trimmedCopy(arguments);
        aware.log(null, CALLER, level.toInt(), format, shown, thrown);
      } else {
        logger.atLevel(level).log(format, arguments);
      }
    } catch (RuntimeException | Error e) {
      return;
    }
  }
}
