package io.cofferdam.benchmarks.queue;

import java.util.List;
import java.util.Locale;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;

/**
 * A positive quantity that is not known exactly. The bounds of what is computed from several are
 * those that their worst combination gives.
 *
 * @param low the least that it may be
 * @param middle what it most likely is
 * @param high the most that it may be
 */
record Range(double low, double middle, double high) {

  Range {
    if (!(low >= 0 && low <= middle && middle <= high)) {
      throw new IllegalArgumentException(low + ", " + middle + ", " + high + " are no range");
    }
  }

  /** Returns a quantity that is known. */
  static Range of(double value) {
    return new Range(value, value, value);
  }

  /** Returns a quantity that was measured; its bounds may be off by what rounding does. */
  static Range around(double low, double middle, double high) {
    return new Range(Math.min(low, middle), middle, Math.max(middle, high));
  }

  Range plus(Range other) {
    return combine(other, Double::sum);
  }

  /** Returns a known quantity less, but not less than nothing. */
  Range less(double known) {
    return new Range(
        Math.max(0, low - known), Math.max(0, middle - known), Math.max(0, high - known));
  }

  Range times(double factor) {
    return new Range(low * factor, middle * factor, high * factor);
  }

  Range times(Range other) {
    return combine(other, (a, b) -> a * b);
  }

  Range over(Range divisor) {
    return new Range(low / divisor.high, middle / divisor.middle, high / divisor.low);
  }

  /** Returns the smaller one of two quantities. */
  Range min(Range other) {
    return combine(other, Math::min);
  }

  /** Returns a quantity between two, so far from this one to the other. */
  Range toward(Range other, double share) {
    return combine(other, (a, b) -> a * (1 - share) + b * share);
  }

  private Range combine(Range other, DoubleBinaryOperator operation) {
    return new Range(
        operation.applyAsDouble(low, other.low),
        operation.applyAsDouble(middle, other.middle),
        operation.applyAsDouble(high, other.high));
  }

  /** Returns the middle, with the bounds in brackets. */
  String text(int decimals) {
    String format = "%,." + decimals + "f";
    return low == high
        ? String.format(Locale.ROOT, format, middle)
        : String.format(
            Locale.ROOT, format + " (" + format + "–" + format + ")", middle, low, high);
  }

  /** Reads {@code middle} or {@code low:middle:high}. */
  static final class Converter implements ITypeConverter<Range> {
    @Override
    public Range convert(String value) {
      List<Double> parts = Stream.of(value.split(":", -1)).map(Double::valueOf).toList();
      return switch (parts.size()) {
        case 1 -> Range.of(parts.get(0));
        case 3 -> new Range(parts.get(0), parts.get(1), parts.get(2));
        default -> throw new IllegalArgumentException("expected is LOW:MIDDLE:HIGH");
      };
    }
  }
}
