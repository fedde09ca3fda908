package io.cofferdam.benchmarks.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

/** Arithmetic with bounds. */
class RangeTest {

  private final Range range = new Range(1, 2, 4);

  @Test
  void takesTheWorstCombination() {
    assertThat(range.plus(range)).isEqualTo(new Range(2, 4, 8));
    assertThat(range.times(range)).isEqualTo(new Range(1, 4, 16));
    assertThat(range.over(range)).isEqualTo(new Range(0.25, 1, 4));
    assertThat(range.min(Range.of(3))).isEqualTo(new Range(1, 2, 3));
    assertThat(range.less(1.5)).isEqualTo(new Range(0, 0.5, 2.5));
  }

  @Test
  void isReadAndWritten() {
    Range.Converter converter = new Range.Converter();

    assertThat(converter.convert("1:2:4")).isEqualTo(range);
    assertThat(converter.convert("3")).isEqualTo(Range.of(3));
    assertThat(range.text(1)).isEqualTo("2.0 (1.0–4.0)");
    assertThat(Range.of(3).text(0)).isEqualTo("3");
  }

  @Test
  void hasItsBoundsInOrder() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Range(2, 1, 3));
    assertThatIllegalArgumentException().isThrownBy(() -> new Range.Converter().convert("1:2"));
  }
}
