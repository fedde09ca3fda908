package io.cofferdam.functional.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.TransactionClient;
import io.cofferdam.TransactionExecutor;
import io.cofferdam.WorkerCrashedException;
import io.cofferdam.testing.Databases;
import io.cofferdam.testing.TestExecutors;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.TestDatabase;
import io.cofferdam.testkit.process.ChildApplication;
import java.nio.charset.Charset;
import java.sql.Timestamp;
import java.text.DateFormat;
import java.text.NumberFormat;
import java.text.ParseException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Locale.Category;
import java.util.SimpleTimeZone;
import java.util.TimeZone;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Numbers and times mean the same inside and outside, however the application has set them up. */
@Tag("process")
class SameDefaultsTest {

  enum Setup {
    GERMAN_NUMBERS {
      @Override
      void set() {
        Locale.setDefault(Locale.US);
        Locale.setDefault(Category.FORMAT, Locale.GERMANY);
        Locale.setDefault(Category.DISPLAY, Locale.FRANCE);
      }
    },
    TIME_ZONE_MADE_BY_HAND {
      @Override
      void set() {
        TimeZone.setDefault(new SimpleTimeZone(3 * 3_600_000, "GMT+03:00"));
      }
    },
    TIME_ZONE_UNDER_A_KNOWN_NAME {
      @Override
      void set() {
        TimeZone.setDefault(new SimpleTimeZone(5 * 3_600_000, "Europe/Berlin"));
      }
    },
    DIGITS_AND_CALENDAR_BY_EXTENSION {
      @Override
      void set() {
        Locale.setDefault(Locale.forLanguageTag("th-TH-u-ca-buddhist-nu-thai"));
        TimeZone.setDefault(TimeZone.getTimeZone("GMT+05:45"));
      }
    },
    OLD_LOCALE_WITHOUT_A_TAG {
      @Override
      void set() {
        Locale.setDefault(new Locale("xx", "YY", "a variant"));
        Locale.setDefault(Category.FORMAT, new Locale("no", "NO", "NY"));
      }
    };

    abstract void set();
  }

  /** Builds an executor under a setup, and prints whether a task sees what the program sees. */
  static final class Program {

    private Program() {}

    public static void main(String[] args) throws Exception {
      TestDatabase database = new TestDatabase(DatabaseKind.H2, args[0], args[1], args[2], args[3]);
      Setup.valueOf(args[4]).set();
      List<String> outside = observe();
      try (TransactionExecutor executor =
              TestExecutors.plain(database).workers(1).warmSpares(0).build();
          TransactionClient client = executor.client("observer")) {
        List<String> inside = client.execute(connection -> observe());
        Locale.setDefault(Locale.JAPAN);
        TimeZone.setDefault(TimeZone.getTimeZone("Asia/Tokyo"));
        try {
          client.run(connection -> Runtime.getRuntime().halt(3));
        } catch (WorkerCrashedException e) {
          System.out.println("crashed");
        }
        List<String> later = client.execute(connection -> observe());
        System.out.println("outside " + outside);
        System.out.println("inside " + inside);
        System.out.println("later " + later);
      }
    }

    private static List<String> observe() throws ParseException {
      List<String> seen = new ArrayList<>();
      seen.add(NumberFormat.getInstance().parse("1.234").toString());
      seen.add(String.format("%,.2f", 1234567.8));
      seen.add(DateFormat.getDateTimeInstance().format(0L));
      seen.add(new Timestamp(0).toString());
      seen.add(TimeZone.getDefault().toString());
      seen.add(ZoneId.systemDefault().toString());
      for (Locale locale :
          List.of(
              Locale.getDefault(),
              Locale.getDefault(Category.DISPLAY),
              Locale.getDefault(Category.FORMAT))) {
        seen.add(locale + " " + locale.getVariant() + " " + locale.toLanguageTag());
      }
      seen.add(Locale.GERMANY.getDisplayCountry());
      seen.add(Charset.defaultCharset().toString());
      return seen;
    }
  }

  @ParameterizedTest
  @EnumSource
  void areThoseOfTheApplicationAtBuild(Setup setup) {
    assertSame(List.of(), setup);
  }

  @Test
  void areThoseOfItsCommandLine() {
    assertSame(
        List.of(
            "-Dfile.encoding=ISO-8859-1",
            "-Djava.locale.providers=COMPAT",
            "-Duser.language=de",
            "-Duser.timezone=Asia/Kathmandu"),
        Setup.TIME_ZONE_MADE_BY_HAND);
  }

  private static void assertSame(List<String> jvmOptions, Setup setup) {
    TestDatabase database = Databases.fresh(DatabaseKind.H2);
    try (ChildApplication application =
        ChildApplication.start(
            jvmOptions,
            Program.class,
            database.name(),
            database.url(),
            database.username(),
            database.password(),
            setup.name())) {
      String outside = application.awaitLine("outside ");

      assertThat(application.awaitLine("inside ")).isEqualTo(outside);
      assertThat(application.awaitLine("later ")).isEqualTo(outside);
    }
  }
}
