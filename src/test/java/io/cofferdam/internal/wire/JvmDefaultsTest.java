package io.cofferdam.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import java.util.Locale.Category;
import java.util.SimpleTimeZone;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JvmDefaultsTest {

  private final TimeZone zone = TimeZone.getDefault();
  private final Locale locale = Locale.getDefault();
  private final Locale display = Locale.getDefault(Category.DISPLAY);
  private final Locale format = Locale.getDefault(Category.FORMAT);

  /** A time zone that only the application has. */
  static final class Lunar extends SimpleTimeZone {

    private static final long serialVersionUID = 1L;

    Lunar() {
      super(0, "lunar");
    }
  }

  @BeforeEach
  void set() {
    TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));
    Locale.setDefault(Locale.GERMANY);
  }

  @AfterEach
  void restore() {
    TimeZone.setDefault(zone);
    Locale.setDefault(locale);
    Locale.setDefault(Category.DISPLAY, display);
    Locale.setDefault(Category.FORMAT, format);
  }

  @Test
  void areNamesWhereTheseSayEverything() {
    assertThat(JvmDefaults.current())
        .isEqualTo(new JvmDefaults("Europe/Berlin", "de-DE", "de-DE", "de-DE"));
  }

  @Test
  void areTakenOverAsTheyWere() throws ProtocolException {
    TimeZone moon = new SimpleTimeZone(10_800_000, "moon");
    Locale odd = new Locale("xx", "YY", "a variant");
    TimeZone.setDefault(moon);
    Locale.setDefault(Category.FORMAT, odd);
    JvmDefaults taken = JvmDefaults.current();
    restore();

    taken.apply();

    assertThat(TimeZone.getDefault()).isEqualTo(moon);
    assertThat(Locale.getDefault()).isEqualTo(Locale.GERMANY);
    assertThat(Locale.getDefault(Category.DISPLAY)).isEqualTo(Locale.GERMANY);
    assertThat(Locale.getDefault(Category.FORMAT)).isEqualTo(odd);
  }

  @Test
  void cannotHaveATimeZoneOfTheApplicationsOwnClass() {
    TimeZone.setDefault(new Lunar());

    assertThatThrownBy(JvmDefaults::current)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("'lunar'", Lunar.class.getName(), "TimeZone.setDefault");
  }

  @Test
  void areRefusedIfTheJvmDoesNotKnowTheTimeZone() {
    JvmDefaults unknown = new JvmDefaults("Moon/Tranquility", "de", "de", "de");

    assertThatThrownBy(unknown::apply)
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("'Moon/Tranquility'");
  }
}
