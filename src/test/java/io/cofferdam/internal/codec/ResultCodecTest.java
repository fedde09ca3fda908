package io.cofferdam.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.net.URI;
import java.sql.Timestamp;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.AbstractMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Currency;
import java.util.Date;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResultCodecTest {

  private static final int MAX_BYTES = 100_000;

  private final ResultCodec codec = new ResultCodec(List.of(), MAX_BYTES);

  record Receipt(String id, List<Line> lines) implements Serializable {
    record Line(BigDecimal amount) implements Serializable {}
  }

  enum Colour {
    RED,
    GREEN {}
  }

  interface Task extends Supplier<String>, Serializable {}

  private static @Nullable Object copy(ResultCodec codec, Object result) throws Exception {
    return codec.decode(codec.encode(result));
  }

  private static ResultCodec allowing(String... patterns) {
    return new ResultCodec(List.of(patterns), MAX_BYTES);
  }

  @SuppressWarnings({"JavaUtilDate", "JdkObsolete"})
  static Stream<Object> allowedByDefault() {
    Map<Integer, String> tree = new TreeMap<>(Comparator.reverseOrder());
    tree.put(1, "a");
    Map<Integer, String> hash = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      hash.put(i, "");
    }
    return Stream.of(
        "text",
        'c',
        1,
        2L,
        new BigDecimal("1.10"),
        BigInteger.TWO,
        new UUID(3, 4),
        MathContext.DECIMAL64,
        LocalDate.MAX,
        LocalDateTime.MIN,
        Instant.MIN,
        Instant.ofEpochSecond(-1, 999),
        LocalTime.NOON,
        Duration.ofDays(1),
        DayOfWeek.FRIDAY,
        ZonedDateTime.of(LocalDateTime.of(2020, 1, 1, 0, 0), ZoneId.of("Europe/Berlin")),
        OffsetDateTime.MAX,
        Locale.GERMANY,
        Currency.getInstance("EUR"),
        URI.create("https://bank.example/x"),
        new Date(5),
        new java.sql.Date(6),
        new java.sql.Time(7),
        new Timestamp(8),
        List.of(),
        List.of(1),
        List.of(1, 2, 3),
        Set.of(1),
        Set.of(1, 2, 3),
        Map.of(),
        Map.of("a", 1),
        Map.of("a", 1, "b", 2),
        Stream.of(1, 2).toList(),
        new ArrayList<>(List.of(1)),
        new LinkedList<>(List.of(1)),
        new HashSet<>(Set.of(1, 2)),
        new HashSet<>(),
        new LinkedHashSet<>(Set.of(1)),
        new TreeSet<>(Set.of(1)),
        hash,
        new LinkedHashMap<>(Map.of(1, 2)),
        tree,
        new TreeMap<>(String.CASE_INSENSITIVE_ORDER),
        new TreeMap<String, String>(Comparator.naturalOrder()),
        new EnumMap<>(Map.of(DayOfWeek.MONDAY, 1)),
        EnumSet.of(DayOfWeek.MONDAY),
        Arrays.asList("a", null),
        Collections.unmodifiableList(new ArrayList<>(List.of(1))),
        Collections.unmodifiableMap(new TreeMap<>(Map.of(1, 2))),
        Collections.unmodifiableSet(new HashSet<>()),
        Collections.emptyList(),
        Collections.emptyMap(),
        Collections.singletonList(1),
        Collections.singleton(1),
        Collections.singletonMap(1, 2),
        new AbstractMap.SimpleEntry<>(1, 2),
        List.of(Map.of("row", List.of(1, BigDecimal.ONE, LocalDate.EPOCH))));
  }

  @Nested
  class AllowedTypes {

    @ParameterizedTest
    @MethodSource("io.cofferdam.internal.codec.ResultCodecTest#allowedByDefault")
    void carriesJdkValuesAndCollections(Object value) throws Exception {
      assertThat(copy(codec, value)).isEqualTo(value);
    }

    @Test
    void carriesNullArraysAndDeques() throws Exception {
      assertThat(codec.decode(codec.encode(null))).isNull();
      assertThat(copy(codec, new byte[] {1, 2})).isEqualTo(new byte[] {1, 2});
      assertThat(copy(codec, new int[][] {{1}, {2, 3}})).isEqualTo(new int[][] {{1}, {2, 3}});
      assertThat(copy(codec, new String[] {"a", null})).isEqualTo(new String[] {"a", null});
      assertThat(copy(codec, new Object[] {1, "a"})).isEqualTo(new Object[] {1, "a"});
      assertThat(copy(codec, new ArrayDeque<>(List.of(1, 2))))
          .isInstanceOfSatisfying(ArrayDeque.class, deque -> assertThat(deque.size()).isEqualTo(2));
    }

    @Test
    void carriesUserTypesThatAreListed() throws Exception {
      Receipt receipt = new Receipt("r", List.of(new Receipt.Line(BigDecimal.TEN)));
      assertThat(copy(allowing(Receipt.class.getName()), receipt)).isEqualTo(receipt);
      assertThat(copy(allowing(Colour.class.getName()), Colour.GREEN)).isEqualTo(Colour.GREEN);
      assertThat(copy(allowing("io.cofferdam.internal.codec.*"), new Receipt[] {receipt}))
          .isEqualTo(new Receipt[] {receipt});
      assertThat(copy(allowing("io.cofferdam.**"), List.of(Colour.RED)))
          .isEqualTo(List.of(Colour.RED));
    }
  }

  @Nested
  class Refusals {

    private void assertRefused(ResultCodec codec, Object result, String... parts) {
      assertThatThrownBy(() -> codec.encode(result))
          .isInstanceOf(NotEncodableException.class)
          .hasMessageContainingAll(parts);
    }

    @Test
    void saysWhichLineAllowsAType() {
      String line = "Add allowResultTypes(\"" + Receipt.class.getName() + "\")";
      assertRefused(codec, new Receipt("r", List.of()), line);
      assertRefused(codec, List.of(new Receipt("r", List.of())), line);
      assertRefused(codec, new Receipt[0], line);
      assertRefused(codec, Colour.GREEN, "allowResultTypes(\"" + Colour.class.getName() + "\")");
      assertRefused(codec, new AtomicLong(), "java.util.concurrent.atomic.AtomicLong");
    }

    @Test
    void refusesLambdasAndProxiesOfAllowedPackages() {
      Task task = () -> "x";
      assertRefused(allowing("io.cofferdam.**"), task, "lambdas cannot be results");
      Object proxy =
          java.lang.reflect.Proxy.newProxyInstance(
              Task.class.getClassLoader(),
              new Class<?>[] {Task.class},
              (java.lang.reflect.InvocationHandler & Serializable) (self, method, args) -> "x");
      assertRefused(allowing("io.cofferdam.**"), proxy, "not allowed");
    }

    @Test
    void refusesOnReceiptWhatTheWorkerShouldHaveRefused() throws Exception {
      Receipt receipt = new Receipt("r", List.of());
      byte[] bytes = allowing(Receipt.class.getName()).encode(receipt);
      assertThatThrownBy(() -> codec.decode(bytes))
          .isInstanceOf(NotDecodableException.class)
          .hasMessageContaining("allowResultTypes(");
    }

    @Test
    void namesTheFieldThatIsNotSerializable() {
      record Unsendable(Object left) implements Serializable {}
      assertRefused(
          codec,
          List.of(new Unsendable(new Object())),
          "The result cannot be sent to the caller: the result (",
          "[0].left (java.lang.Object) is not serializable.");
    }

    @Test
    void namesSizeAndLimit() {
      assertRefused(codec, "x".repeat(MAX_BYTES), "too large: 100,005 bytes", "limit is 100,000");
      assertThatThrownBy(() -> codec.decode(new byte[MAX_BYTES + 1]))
          .isInstanceOf(NotDecodableException.class)
          .hasMessageContaining("too large");
    }

    @Test
    void refusesDeepNesting() {
      List<Object> deep = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        deep = new ArrayList<>(Collections.singletonList(deep));
      }
      assertRefused(codec, deep, "nests more than 200 objects deep");
    }

    @Test
    void refusesNestedArraysThatClaimMoreThanTheirBytes() throws Exception {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(Scalars.OTHER);
      try (ObjectOutputStream stream = new ObjectOutputStream(out)) {
        stream.writeObject(new Object[] {new Object[] {new Object[7]}});
      }
      byte[] bytes = out.toByteArray();
      int length = bytes.length - 8;
      assertThat(bytes[length]).isEqualTo((byte) 7);
      bytes[length - 2] = 127;
      assertThatThrownBy(() -> codec.decode(bytes))
          .isInstanceOf(NotDecodableException.class)
          .hasMessageContaining("arrays are longer than its bytes");
    }
  }
}
