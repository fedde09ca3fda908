package io.cofferdam.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 255, 1L << 55, Long.MAX_VALUE})
  void cancelNamesItsDispatch(long sequence) throws ProtocolException {
    Control.Cancel cancel = new Control.Cancel(sequence);

    assertThat(Control.parse(line(cancel))).isEqualTo(cancel);
  }

  @Test
  void stopIsAWordOfItsOwn() throws ProtocolException {
    assertThat(Control.parse(line(new Control.Stop()))).isEqualTo(new Control.Stop());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "stop",
        "STOP ",
        " STOP",
        "CANCEL",
        "CANCEL ",
        "CANCEL x",
        "CANCEL 1 2",
        "CANCEL 9223372036854775808",
        "KILL 1"
      })
  void anythingElseIsAProtocolError(String line) {
    assertThatThrownBy(() -> Control.parse(line))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("control word");
  }

  private static String line(Control word) {
    String line = new String(word.line(), StandardCharsets.US_ASCII);
    assertThat(line).endsWith("\n");
    return line.substring(0, line.length() - 1);
  }
}
