package io.cofferdam.internal.wire;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Base64;
import java.util.Locale;
import java.util.Locale.Category;
import java.util.TimeZone;

/**
 * The time zone and the locales that a JVM uses where a program names none. Each is a name where
 * the name says everything, else its serialized form after {@value #SERIALIZED}.
 *
 * @param timeZone the default time zone
 * @param locale the default locale
 * @param displayLocale that of {@link Category#DISPLAY}
 * @param formatLocale that of {@link Category#FORMAT}
 */
public record JvmDefaults(
    String timeZone, String locale, String displayLocale, String formatLocale) {

  private static final String SERIALIZED = "=";

  /**
   * Returns those of this JVM.
   *
   * @throws IllegalStateException if the default time zone is of a class that another JVM does not
   *     have
   */
  public static JvmDefaults current() {
    return new JvmDefaults(
        textOf(TimeZone.getDefault()),
        textOf(Locale.getDefault()),
        textOf(Locale.getDefault(Category.DISPLAY)),
        textOf(Locale.getDefault(Category.FORMAT)));
  }

  /**
   * Makes them those of this JVM.
   *
   * @throws ProtocolException if this JVM does not know one of them
   */
  public void apply() throws ProtocolException {
    TimeZone.setDefault(zoneOf(timeZone));
    Locale.setDefault(localeOf(locale));
    Locale.setDefault(Category.DISPLAY, localeOf(displayLocale));
    Locale.setDefault(Category.FORMAT, localeOf(formatLocale));
  }

  PayloadWriter writeTo(PayloadWriter out) {
    return out.putString(timeZone)
        .putString(locale)
        .putString(displayLocale)
        .putString(formatLocale);
  }

  static JvmDefaults readFrom(PayloadReader in) throws ProtocolException {
    return new JvmDefaults(in.getString(), in.getString(), in.getString(), in.getString());
  }

  private static String textOf(TimeZone zone) {
    if (TimeZone.getTimeZone(zone.getID()).equals(zone)) {
      return zone.getID();
    }
    if (zone.getClass().getClassLoader() != null) {
      throw new IllegalStateException(
          "the default time zone '"
              + zone.getID()
              + "' is of "
              + zone.getClass()
              + ", so the workers cannot have the same; set one of the JDK with"
              + " TimeZone.setDefault(...): TimeZone.getTimeZone(id), or a SimpleTimeZone");
    }
    return serialized(zone);
  }

  private static String textOf(Locale locale) {
    String tag = locale.toLanguageTag();
    return Locale.forLanguageTag(tag).equals(locale) ? tag : serialized(locale);
  }

  private static TimeZone zoneOf(String text) throws ProtocolException {
    if (text.startsWith(SERIALIZED)) {
      return deserialized(text, TimeZone.class);
    }
    TimeZone zone = TimeZone.getTimeZone(text);
    if (!zone.getID().equals(text)) {
      throw new ProtocolException(
          "the Java of the workers does not know the application's time zone '" + text + "'");
    }
    return zone;
  }

  private static Locale localeOf(String text) throws ProtocolException {
    return text.startsWith(SERIALIZED)
        ? deserialized(text, Locale.class)
        : Locale.forLanguageTag(text);
  }

  private static String serialized(Object value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    } catch (IOException e) {
      throw new IllegalStateException(value + " cannot be serialized", e);
    }
    return SERIALIZED + Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static <T> T deserialized(String text, Class<T> type) throws ProtocolException {
    byte[] bytes = Base64.getDecoder().decode(text.substring(SERIALIZED.length()));
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return type.cast(in.readObject());
    } catch (IOException | ClassNotFoundException e) {
      throw new ProtocolException(
          "the Java of the workers cannot read the application's default " + type + ": " + e);
    }
  }
}
