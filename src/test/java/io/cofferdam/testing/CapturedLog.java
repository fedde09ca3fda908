package io.cofferdam.testing;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Keeps what goes to one logger during each test, instead of printing it. To be registered as an
 * extension. Thread-safe.
 */
public final class CapturedLog implements BeforeEachCallback, AfterEachCallback {

  private final Logger logger;
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

  private CapturedLog(Logger logger) {
    this.logger = logger;
  }

  public static CapturedLog of(String logger) {
    return new CapturedLog((Logger) LoggerFactory.getLogger(logger));
  }

  public static CapturedLog of(Class<?> type) {
    return of(type.getName());
  }

  /** Returns what this test has logged so far. */
  public List<String> messages() {
    synchronized (appender) {
      return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    synchronized (appender) {
      appender.list.clear();
    }
    appender.start();
    logger.addAppender(appender);
    logger.setAdditive(false);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    logger.detachAppender(appender);
    logger.setAdditive(true);
  }
}
