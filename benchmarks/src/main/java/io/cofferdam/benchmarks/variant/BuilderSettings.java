package io.cofferdam.benchmarks.variant;

import com.google.common.base.Splitter;
import io.cofferdam.TransactionExecutorBuilder;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Settings of an executor by the names of the builder's methods, so that one can be measured that
 * only one of the compared cores has.
 */
public final class BuilderSettings {

  private BuilderSettings() {}

  /** Makes these settings, each a {@code method=value}. */
  public static void apply(TransactionExecutorBuilder builder, List<String> settings) {
    settings.forEach(setting -> apply(builder, setting));
  }

  private static void apply(TransactionExecutorBuilder builder, String setting) {
    List<String> parts = Splitter.on('=').limit(2).splitToList(setting);
    Method method =
        Arrays.stream(TransactionExecutorBuilder.class.getMethods())
            .filter(each -> each.getName().equals(parts.get(0)) && each.getParameterCount() == 1)
            .findFirst()
            .orElseThrow(
                () -> new IllegalArgumentException("the builder has no setting " + parts.get(0)));
    try {
      method.invoke(builder, value(method.getParameterTypes()[0], parts.get(1)));
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalArgumentException("cannot set " + setting, e);
    }
  }

  private static Object value(Class<?> type, String text) {
    if (type == int.class) {
      return Integer.valueOf(text);
    }
    if (type == long.class) {
      return Long.valueOf(text);
    }
    if (type == boolean.class) {
      return Boolean.valueOf(text);
    }
    if (type == String.class) {
      return text;
    }
    if (type == String[].class) {
      return text.split(" ", -1);
    }
    if (type == Duration.class) {
      return Duration.parse(text);
    }
    return Arrays.stream(type.getEnumConstants() == null ? new Object[0] : type.getEnumConstants())
        .filter(each -> each.toString().equals(text.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(text + " is no " + type.getSimpleName()));
  }
}
