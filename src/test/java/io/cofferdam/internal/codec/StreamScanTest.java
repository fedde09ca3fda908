package io.cofferdam.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import io.cofferdam.testing.NestedSets;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a stream may need, in memory and in steps, is known before any object of it is made. */
class StreamScanTest {

  private static final int MAX_BYTES = 16 << 20;

  private final ResultCodec codec =
      new ResultCodec(List.of(StreamScanTest.class.getName()), MAX_BYTES);

  /** Returns the stream of an object as a result, without the checks of an encoder. */
  private static byte[] unchecked(Object object) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(Scalars.OTHER);
    try (ObjectOutputStream stream = new ObjectOutputStream(out)) {
      stream.writeObject(object);
    }
    return out.toByteArray();
  }

  private static <T> List<T> many(int count, IntFunction<T> element) {
    return IntStream.range(0, count).mapToObj(element).toList();
  }

  record Row(long id, String name, List<Object> values) implements Serializable {}

  @Nested
  class Memory {

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private long allocatedBy(byte[] bytes) {
      long before = threads.getCurrentThreadAllocatedBytes();
      assertThatThrownBy(() -> codec.decode(bytes)).isInstanceOf(NotDecodableException.class);
      return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private byte[] announcing(Class<?> array, int length) throws IOException {
      byte[] empty = unchecked(Array.newInstance(array.getComponentType(), 0));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      DataOutputStream data = new DataOutputStream(out);
      data.write(empty, 0, empty.length - Integer.BYTES);
      data.writeInt(length);
      data.write(new byte[MAX_BYTES - out.size()]);
      return out.toByteArray();
    }

    @Test
    void ofAnArrayIsCountedInBytes() throws Exception {
      byte[] frame = announcing(long[].class, 2 * MAX_BYTES);

      assertThat(allocatedBy(frame)).isLessThan(MAX_BYTES / 4);
    }

    @Test
    @SuppressWarnings("JdkObsolete")
    void ofSmallObjectsIsCountedBeforeTheyAreMade() throws Exception {
      byte[] strings = unchecked(new ArrayList<>(many(3_000_000, i -> new String("x"))));
      byte[] nulls = unchecked(new LinkedList<>(Collections.nCopies(8_000_000, null)));

      assertThat(allocatedBy(strings)).isLessThan(4L * strings.length);
      assertThat(allocatedBy(nulls)).isLessThan(4L * nulls.length);
    }

    @Test
    void ofAnAcceptedResultIsAMultipleOfItsBytes() throws Exception {
      byte[] frame = codec.encode(new ArrayList<>(many(200_000, i -> new ArrayList<>(List.of(i)))));
      long before = threads.getCurrentThreadAllocatedBytes();

      codec.decode(frame);

      assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(40L * frame.length);
    }

    @Test
    void ofAClassIsThatOfItsFieldsHereAndNotOfThoseInTheStream() {
      assertThat(InstanceSizes.of(HashMap.class.getName(), getClass().getClassLoader()))
          .isEqualTo(48);
      assertThat(InstanceSizes.of("no.such.Type", getClass().getClassLoader())).isZero();
    }
  }

  @Nested
  class Steps {

    @Test
    void ofNestedSetsThatShareTheirElementsAreTooMany() throws Exception {
      assertRefused(unchecked(NestedSets.of(100)), "to hash what it holds");
    }

    @Test
    void ofListsThatShareTheirElementsAreTooManyInASet() throws Exception {
      List<Object> list = new ArrayList<>(List.of("end"));
      for (int i = 0; i < 25; i++) {
        list = new ArrayList<>(List.of(list, list));
      }

      assertRefused(unchecked(new ArrayList<>(List.of(new Keyed(list)))), "to hash what it holds");
      assertThat(codec.decode(unchecked(list))).isNotNull();
    }

    /** Each list refers twice to the one that it is in, and the innermost set to the last list. */
    @Test
    void ofWhatIsStillBeingReadCountAsTheyAreByThen() throws Exception {
      List<Object> outermost = new ArrayList<>(List.of("begin"));
      List<Object> last = outermost;
      for (int i = 0; i < 60; i++) {
        List<Object> next = new ArrayList<>(List.of());
        next.add(new Holder(last));
        next.add(new Holder(last));
        last.add(next);
        last = next;
      }
      last.add(new Keyed(last));

      assertRefused(unchecked(outermost), "share", "nests");
    }

    @Test
    void ofCollidingKeysEndWithTheTimeOfTheCaller() throws Exception {
      Set<Object> colliding = new HashSet<>();
      for (int i = 0; i < 2_000; i++) {
        colliding.add(new ArrayList<>(List.of(i, -31 * i)));
      }
      byte[] bytes = unchecked(colliding);
      long past = System.nanoTime() - TimeUnit.SECONDS.toNanos(1);

      assertThatThrownBy(() -> codec.decode(bytes, past))
          .isInstanceOf(NotDecodableException.class)
          .hasMessageContaining("its caller does not wait");
      assertThat(codec.decode(bytes)).isEqualTo(colliding);
    }

    @Test
    void ofAHugeNumberAmongOthersAreTooMany() throws Exception {
      assertRefused(
          unchecked(new ArrayList<>(List.of(BigInteger.ONE.shiftLeft(2_000_000)))), "number");
    }

    private void assertRefused(byte[] bytes, String... reasons) {
      NotDecodableException refused =
          catchThrowableOfType(NotDecodableException.class, () -> codec.decode(bytes));
      assertThat(reasons).anyMatch(String.valueOf(refused.getMessage())::contains);
    }
  }

  /** A value that refers to another; its hash is its own. */
  record Holder(Object held) implements Serializable {
    @Override
    public int hashCode() {
      return 1;
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }
  }

  /** Writes its value as the one key of a set. */
  static final class Keyed implements Serializable {
    private static final long serialVersionUID = 1L;
    private transient Object key;

    Keyed(Object key) {
      this.key = key;
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
      out.defaultWriteObject();
      out.writeObject(key);
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      key = in.readObject();
    }
  }

  @SuppressWarnings("JdkObsolete")
  static Stream<Arguments> ordinary() {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("id", 1L);
    row.put("name", "größer");
    row.put("when", ZonedDateTime.parse("2020-01-01T00:00Z"));
    row.put("amount", new BigDecimal("123456789012345678901234567890.12"));
    EnumMap<TimeUnit, List<Integer>> byUnit = new EnumMap<>(TimeUnit.class);
    byUnit.put(TimeUnit.DAYS, List.of(1));
    List<Object> shared = new ArrayList<>(many(1_000, i -> i));
    return Stream.of(
        Arguments.of(new ArrayList<>(many(10_000, i -> "t" + i))),
        Arguments.of(new ArrayList<>(many(100_000, i -> new String("x")))),
        Arguments.of(new ArrayList<>(Collections.nCopies(1_000_000, null))),
        Arguments.of(new LinkedList<>(many(10_000, i -> i))),
        Arguments.of(new HashSet<>(many(30_000, i -> (short) i))),
        Arguments.of(new HashSet<>(many(10_000, i -> LocalDate.ofEpochDay(i)))),
        Arguments.of(new TreeMap<>(Map.of("a", 1, "b", 2))),
        Arguments.of(Map.of("a", Set.of(List.of(1), List.of(2)), "b", Map.of("c", "d"))),
        Arguments.of(new ArrayList<>(Collections.nCopies(1_000, row))),
        Arguments.of(new ArrayList<>(many(10_000, i -> new HashMap<>(Map.of("id", i))))),
        Arguments.of(new ArrayList<>(many(1_000, i -> new ArrayList<>(List.of(i, shared))))),
        Arguments.of(new ArrayList<>(many(100, i -> new Row(i, "n" + i, List.of(i, "x"))))),
        Arguments.of(byUnit.toString()),
        Arguments.of(new HashMap<>(Map.of(1, new HashMap<>(Map.of(2, Set.of(Set.of(3))))))));
  }

  @ParameterizedTest
  @MethodSource("ordinary")
  void whatIsOrdinaryPasses(Object result) throws Exception {
    assertThat(codec.decode(codec.encode(result))).isEqualTo(result);
  }
}
