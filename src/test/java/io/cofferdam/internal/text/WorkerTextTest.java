package io.cofferdam.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerTextTest {

  @ParameterizedTest
  @ValueSource(
      ints = {
        0x00, 0x07, 0x0a, 0x0d, 0x1b, 0x7f, 0x85, 0x9b, 0xad, 0x61c, 0x180e, 0x200b, 0x200f, 0x2028,
        0x2029, 0x202a, 0x202e, 0x2060, 0x2066, 0x2069, 0xd800, 0xdfff, 0xfeff, 0xffff
      })
  void whatForgesOrHidesIsEscaped(int unit) {
    assertThat(WorkerText.line("a" + (char) unit + "b"))
        .isEqualTo("a" + String.format("\\u%04x", unit) + "b");
  }

  @Test
  void aFormatCharacterBeyondTheBasicPlaneIsEscaped() {
    assertThat(WorkerText.line("a\udb40\udc41b")).isEqualTo("a\\udb40\\udc41b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain text", "tab\there", "größer 漢字 😀", ""})
  void ordinaryTextStaysAsItIs(String text) {
    assertThat(WorkerText.line(text)).isEqualTo(text);
  }

  @Test
  void longTextIsCutAndSaysSo() {
    assertThat(WorkerText.line("x".repeat(15_000_000)))
        .isEqualTo("x".repeat(1_000) + "... (14999000 more characters)");
  }

  @Test
  void aPairOfSurrogatesIsNotTorn() {
    assertThat(WorkerText.line("x".repeat(999) + "😀")).startsWith("x".repeat(999) + "... (2 more");
  }

  @Test
  void severalLinesKeepTheirBreaksAlone() {
    assertThat(WorkerText.lines("one\ntwo\r\u2028\u001b[2J"))
        .isEqualTo("one\ntwo\\u000d\\u2028\\u001b[2J");
  }
}
