package io.cofferdam.functional.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.Outcome;
import io.cofferdam.TaskSerializationException;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.functional.OnOneDatabase;
import io.cofferdam.testing.NestedSets;
import io.cofferdam.testkit.database.DatabaseKind;
import io.cofferdam.testkit.database.Sql;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Currency;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a task returns arrives as an equal object, whatever ordinary type it has. */
class ResultTest extends OnOneDatabase {

  ResultTest() {
    super(DatabaseKind.H2);
  }

  record Account(String owner, BigDecimal balance, List<Booking> bookings)
      implements Serializable {}

  record Booking(Instant when, Kind kind) implements Serializable {}

  enum Kind {
    DEBIT,
    CREDIT {
      @Override
      public String toString() {
        return "credit";
      }
    }
  }

  @Override
  protected TransactionExecutorBuilder configure(TransactionExecutorBuilder builder) {
    return builder.allowResultTypes(
        Account.class.getName(), Booking.class.getName(), Kind.class.getName());
  }

  static Stream<Object> results() {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("id", 1L);
    row.put("amount", new BigDecimal("12.50"));
    row.put("note", null);
    return Stream.of(
        "text with \u00e4, \ud83d\ude00 and \u0000",
        "",
        true,
        (byte) -1,
        (short) -2,
        'c',
        Integer.MIN_VALUE,
        Long.MAX_VALUE,
        Float.MIN_VALUE,
        Double.NaN,
        new BigDecimal("12345678901234567890.1234500"),
        new BigInteger("123456789012345678901234567890"),
        UUID.fromString("018f3a52-0000-7000-8000-000000000001"),
        LocalDate.of(2026, 2, 28),
        LocalDateTime.of(2026, 2, 28, 23, 59, 59, 999_999_999),
        Instant.parse("2026-02-28T23:59:59.999999999Z"),
        ZonedDateTime.of(2026, 3, 29, 3, 0, 0, 0, ZoneId.of("Europe/Berlin")),
        Duration.ofNanos(1),
        Date.valueOf("2026-02-28"),
        Timestamp.valueOf("2026-02-28 23:59:59.999999999"),
        URI.create("https://example.org/"),
        Locale.CANADA_FRENCH,
        Currency.getInstance("CHF"),
        DayOfWeek.MONDAY,
        List.of(),
        List.of("one"),
        List.of(1, 2, 3),
        Set.of("a", "b", "c"),
        Map.of("k", List.of(1L)),
        Arrays.asList("a", null),
        new ArrayList<>(List.of(row, row)),
        new HashMap<>(Map.of(1, Set.of(2))),
        new TreeMap<>(Map.of("b", 2, "a", 1)),
        new EnumMap<>(Map.of(DayOfWeek.FRIDAY, 5)),
        EnumSet.of(DayOfWeek.FRIDAY, DayOfWeek.SUNDAY),
        BitSet.valueOf(new long[] {5, 6}),
        new byte[] {1, 2, 3},
        new byte[0],
        new int[] {1, 2, 3},
        new long[][] {{1}, {2, 3}},
        new String[] {"a", null},
        new Object[] {1, "two", List.of(3)},
        Kind.CREDIT,
        new Account(
            "teller-17",
            new BigDecimal("0.00"),
            List.of(new Booking(Instant.EPOCH, Kind.DEBIT), new Booking(Instant.MAX, Kind.CREDIT))),
        List.of(new Booking(Instant.EPOCH, Kind.DEBIT)));
  }

  @ParameterizedTest
  @MethodSource("results")
  void arrivesAsAnEqualObject(Object result) {
    Serializable sent = (Serializable) result;

    Object received = client.execute(connection -> sent);

    assertThat(received).hasSameClassAs(result).isEqualTo(result);
  }

  @Test
  void mayBeNull() {
    String none = client.execute(connection -> null);

    assertThat(none).isNull();
  }

  @Test
  void mayBeLarge() {
    byte[] large = client.execute(connection -> new byte[8 << 20]);

    assertThat(large).hasSize(8 << 20);
  }

  @Test
  void mayBeTextOfMoreThanSixtyFourKibibytes() {
    String text = "\u20ac".repeat(100_000);

    String doubled = client.execute(connection -> text + text);

    assertThat(doubled).isEqualTo(text + text);
  }

  @Test
  void mayBeRowsThatTheTaskHasRead() throws Exception {
    String table = table();
    database.run("INSERT INTO " + table + " VALUES (1, 'one'), (2, 'two')");

    List<String> notes =
        client.execute(
            connection -> {
              List<String> read = new ArrayList<>();
              try (Statement statement = connection.createStatement();
                  ResultSet rows =
                      statement.executeQuery("SELECT note FROM " + table + " ORDER BY id")) {
                while (rows.next()) {
                  read.add(rows.getString(1));
                }
              }
              return read;
            });

    assertThat(notes).containsExactly("one", "two");
  }

  @Test
  void dependsOnWhatTheTaskCaptured() throws Exception {
    int[] numbers = {1, 2};
    String query = "SELECT 40 + ";

    long sum =
        client.execute(connection -> Sql.number(connection, query + (numbers[0] + numbers[1])));

    assertThat(sum).isEqualTo(43);
  }

  @Test
  void isRefusedBeforeTheCommitIfItTakesTooLongToDecode() throws Exception {
    String table = table();

    assertThatThrownBy(
            () ->
                client.execute(
                    connection -> {
                      try (Statement statement = connection.createStatement()) {
                        statement.executeUpdate("INSERT INTO " + table + " VALUES (1, 'one')");
                      }
                      return NestedSets.of(100);
                    }))
        .isInstanceOfSatisfying(
            TaskSerializationException.class,
            refused -> assertThat(refused.outcome()).isEqualTo(Outcome.ROLLED_BACK))
        .hasMessageContaining("to hash what it holds");
    assertThat(database.number("SELECT count(*) FROM " + table)).isZero();
  }
}
