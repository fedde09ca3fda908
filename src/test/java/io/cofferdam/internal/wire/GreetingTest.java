package io.cofferdam.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GreetingTest {

  private final Hello hello = new Hello("0123456789abcdef".repeat(4), Hello.Way.CHANNEL);

  private static byte[] written(Hello hello) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Greeting.write(hello, Channels.newChannel(out));
    return out.toByteArray();
  }

  private static ReadableByteChannel channel(byte[] bytes) {
    return Channels.newChannel(new ByteArrayInputStream(bytes));
  }

  private static byte[] frame(int payload, FrameType type) {
    ByteBuffer bytes = ByteBuffer.allocate(Frame.HEADER);
    bytes.putInt(Frame.HEADER - 4 + payload).put((byte) Frame.VERSION).put(type.code());
    return bytes.array();
  }

  @ParameterizedTest
  @EnumSource
  void isReadAsItWasWritten(Hello.Way way) throws IOException {
    Hello said = new Hello(hello.token(), way);

    assertThat(new Greeting().read(channel(written(said)))).isEqualTo(said);
  }

  @Test
  void mayComeByteByByte() throws IOException {
    byte[] bytes = written(hello);
    Greeting greeting = new Greeting();
    for (int i = 0; i < bytes.length - 1; i++) {
      assertThat(greeting.read(channel(Arrays.copyOfRange(bytes, i, i + 1)))).isNull();
    }

    assertThat(greeting.read(channel(Arrays.copyOfRange(bytes, bytes.length - 1, bytes.length))))
        .isEqualTo(hello);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, 201, 16 << 20, Integer.MAX_VALUE - 34})
  void isRefusedAtItsHeaderIfItIsTooLong(int payload) {
    assertThatThrownBy(() -> new Greeting().read(channel(frame(payload, FrameType.HELLO))))
        .isInstanceOf(ProtocolException.class);
  }

  @Test
  void isRefusedIfItIsAnotherFrame() {
    assertThatThrownBy(() -> new Greeting().read(channel(frame(69, FrameType.READY))))
        .isInstanceOf(ProtocolException.class);
  }

  @Test
  void isRefusedIfMoreFollows() throws IOException {
    byte[] bytes = written(hello);

    assertThatThrownBy(() -> new Greeting().read(channel(Arrays.copyOf(bytes, bytes.length + 1))))
        .isInstanceOf(ProtocolException.class);
  }

  @Test
  void isRefusedIfItsEndIsMissing() throws IOException {
    byte[] half = Arrays.copyOf(written(hello), 50);
    Greeting greeting = new Greeting();
    assertThat(greeting.read(channel(half))).isNull();

    assertThatThrownBy(() -> greeting.read(channel(new byte[0]))).isInstanceOf(EOFException.class);
  }
}
