package io.cofferdam.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TaskCodecTest {

  private final TaskEncoder encoder = new TaskEncoder(100_000);
  private final TaskDecoder decoder = new TaskDecoder(TaskCodecTest.class.getClassLoader());

  interface Task<T> extends Supplier<T>, Serializable {}

  interface Mapper<T, R> extends Function<T, R>, Serializable {}

  interface InInterface {
    static Task<String> ofStatic(String text) {
      return () -> text + " from an interface";
    }

    default Task<String> ofDefault(String text) {
      return () -> text + " from " + name();
    }

    String name();
  }

  record Named(String name) implements InInterface, Serializable {}

  static final class Counter implements Serializable {
    private static final long serialVersionUID = 1L;
    private final List<String> names = new ArrayList<>(List.of("first"));

    Task<Integer> size() {
      return () -> names.size();
    }

    Task<Integer> sizeByReference() {
      return names::size;
    }
  }

  @SuppressWarnings("unchecked")
  private <T> T copy(T task) throws Exception {
    return (T) decoder.decode(encoder.encode((Serializable) task));
  }

  @Nested
  class Lambdas {

    @Test
    void runsWithoutCapturedValues() throws Exception {
      Task<String> task = () -> "hello";
      assertThat(copy(task).get()).isEqualTo("hello");
      assertThat(copy(task).get()).isEqualTo("hello");
    }

    @Test
    void carriesEveryScalarTypeUnchanged() throws Exception {
      List<Object> scalars =
          List.of(
              "text",
              "sz\u00df \u20ac \ud83d\ude00",
              "lone \ud83d surrogate",
              "",
              true,
              false,
              (byte) -1,
              (short) -2,
              'x',
              -3,
              Long.MIN_VALUE,
              -0.0f,
              Double.NaN,
              new BigDecimal("-12345678901234567890.1200"),
              BigInteger.TEN.pow(50),
              new UUID(1, -2),
              Thread.State.RUNNABLE);
      for (Object scalar : scalars) {
        Task<Object> task = () -> scalar;
        assertThat(copy(task).get()).isEqualTo(scalar).hasSameClassAs(scalar);
      }
    }

    @Test
    void carriesPrimitivesNullAndBytes() throws Exception {
      long count = 7;
      char letter = 'q';
      String nothing = null;
      byte[] bytes = {1, 2, 3};
      Task<List<Object>> task =
          () -> {
            List<Object> values = new ArrayList<>(List.of(count, letter, bytes));
            values.add(nothing);
            return values;
          };
      assertThat(copy(task).get()).containsExactly(7L, 'q', bytes, null);
    }

    @Test
    void keepsSharedReferencesShared() throws Exception {
      byte[] bytes = {1};
      List<byte[]> holder = new ArrayList<>(List.of(bytes));
      Task<Boolean> task = () -> holder.get(0) == bytes;
      assertThat(copy(task).get()).isTrue();
    }

    @Test
    void carriesItsEnclosingObject() throws Exception {
      assertThat(copy(new Counter().size()).get()).isEqualTo(1);
    }

    @Test
    void runsFromInterfaces() throws Exception {
      assertThat(copy(InInterface.ofStatic("a")).get()).isEqualTo("a from an interface");
      assertThat(copy(new Named("b").ofDefault("a")).get()).isEqualTo("a from b");
    }

    @Test
    void carriesOtherLambdas() throws Exception {
      int summand = 3;
      Mapper<Integer, Integer> inner = number -> number + summand;
      Task<Integer> outer = () -> inner.apply(4);
      Task<Task<Integer>> outermost = () -> outer;
      assertThat(copy(outermost).get().get()).isEqualTo(7);
    }

    @Test
    void tellsTwoLambdasOfOneClassApart() throws Exception {
      Task<String> one = () -> "one";
      Task<String> two = () -> "two";
      assertThat(copy(one).get() + copy(two).get() + copy(one).get()).isEqualTo("onetwoone");
    }
  }

  @Nested
  class MethodReferences {

    @Test
    void runsStaticOnes() throws Exception {
      Mapper<String, Integer> task = Integer::parseInt;
      assertThat(copy(task).apply("12")).isEqualTo(12);
    }

    @Test
    void runsBoundOnes() throws Exception {
      Task<String> task = "  padded "::trim;
      assertThat(copy(task).get()).isEqualTo("padded");
      assertThat(copy(new Counter().sizeByReference()).get()).isEqualTo(1);
    }

    @Test
    void runsUnboundOnes() throws Exception {
      Mapper<String, String> task = String::trim;
      assertThat(copy(task).apply(" x ")).isEqualTo("x");
    }

    @Test
    void runsConstructors() throws Exception {
      Task<List<String>> task = ArrayList::new;
      Mapper<Integer, int[]> array = int[]::new;
      assertThat(copy(task).get()).isEmpty();
      assertThat(copy(array).apply(3)).hasSize(3);
    }
  }

  @Nested
  class OtherTasks {

    static final class PlainTask implements Task<String> {
      private static final long serialVersionUID = 1L;
      private final String text;

      PlainTask(String text) {
        this.text = text;
      }

      @Override
      public String get() {
        return text;
      }
    }

    @Test
    void travelsAsAnObject() throws Exception {
      assertThat(copy(new PlainTask("plain")).get()).isEqualTo("plain");
    }
  }

  @Nested
  class Refusals {

    @Test
    void namesSizeAndLimitOfATooLargeTask() {
      byte[] bytes = new byte[100_001];
      Task<Object> task = () -> bytes;
      assertThatThrownBy(() -> encoder.encode(task))
          .isInstanceOf(NotEncodableException.class)
          .hasMessageContaining("too large")
          .hasMessageContaining("and the limit is 100,000");
    }

    @Test
    void acceptsATaskOfExactlyTheLimit() throws Exception {
      Task<String> task = () -> "hello";
      int size = encoder.encode(task).length;
      assertThat(new TaskEncoder(size).encode(task)).hasSize(size);
      assertThatThrownBy(() -> new TaskEncoder(size - 1).encode(task))
          .isInstanceOf(NotEncodableException.class);
    }

    @Test
    void namesTheClassThatTheWorkerMisses() throws Exception {
      Task<String> task = () -> "hello";
      ClassLoader platform = ClassLoader.getPlatformClassLoader();
      assertThatThrownBy(() -> new TaskDecoder(platform).decode(encoder.encode(task)))
          .isInstanceOf(NotDecodableException.class)
          .hasMessageContaining("class " + TaskCodecTest.class.getName())
          .hasMessageContaining("worker class path must hold it");
    }

    @Test
    void saysThatTheWorkerHasAnotherVersion() throws Exception {
      Task<String> task = () -> "hello";
      byte[] bytes = encoder.encode(task);
      String image = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
      int method = image.indexOf("lambda$") + "lambda$".length();
      bytes[method] ^= 1;
      assertThatThrownBy(() -> decoder.decode(bytes))
          .isInstanceOf(NotDecodableException.class)
          .hasMessageContaining("another version of its class");
    }

    @Test
    void reportsAGraphThatIsTooDeep() {
      List<Object> deep = new ArrayList<>();
      for (int i = 0; i < 100_000; i++) {
        deep = new ArrayList<>(Collections.singletonList(deep));
      }
      List<Object> captured = deep;
      Task<Object> task = () -> captured;
      assertThatThrownBy(() -> encoder.encode(task))
          .isInstanceOf(NotEncodableException.class)
          .hasMessageContaining("too deep")
          .hasCauseInstanceOf(StackOverflowError.class);
    }
  }
}
