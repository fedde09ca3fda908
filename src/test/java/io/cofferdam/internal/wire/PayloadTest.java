package io.cofferdam.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadTest {

  /** One way to read. */
  interface Read {
    void from(PayloadReader reader) throws ProtocolException;
  }

  static List<Read> reads() {
    return List.of(
        PayloadReader::getByte,
        PayloadReader::getInt,
        PayloadReader::getLong,
        PayloadReader::getBytes,
        PayloadReader::getString,
        reader -> reader.getNullableString(),
        PayloadReader::getStrings,
        PayloadReader::getMap);
  }

  static List<Read> readsOfALength() {
    return reads().subList(3, 8);
  }

  @Nested
  class WhatWasWritten {

    @Test
    void isReadInTheSameOrder() throws ProtocolException {
      Map<String, String> map = new LinkedHashMap<>();
      map.put("user", "Grüße");
      map.put("", "");

      PayloadReader reader =
          new PayloadReader(
              new PayloadWriter(0)
                  .putByte(-1)
                  .putInt(Integer.MIN_VALUE)
                  .putLong(Long.MAX_VALUE)
                  .putBytes(new byte[] {1, 2, 3})
                  .putString("a \uD83D\uDE00 b")
                  .putString(null)
                  .putString("")
                  .putStrings(List.of("x", "", "y"))
                  .putMap(map)
                  .toByteArray());

      assertThat(reader.getByte()).isEqualTo((byte) -1);
      assertThat(reader.getInt()).isEqualTo(Integer.MIN_VALUE);
      assertThat(reader.getLong()).isEqualTo(Long.MAX_VALUE);
      assertThat(reader.getBytes()).containsExactly(1, 2, 3);
      assertThat(reader.getString()).isEqualTo("a \uD83D\uDE00 b");
      assertThat(reader.getNullableString()).isNull();
      assertThat(reader.getNullableString()).isEmpty();
      assertThat(reader.getStrings()).containsExactly("x", "", "y");
      assertThat(reader.getMap()).containsExactlyEntriesOf(map);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 15, 16, 17, 31, 1_000, 100_000})
    void growsAsFarAsItHasTo(int length) throws ProtocolException {
      byte[] value = new byte[length];
      new Random(length).nextBytes(value);

      byte[] payload = new PayloadWriter(1).putBytes(value).toByteArray();

      assertThat(payload).hasSize(length + 4);
      assertThat(new PayloadReader(payload).getBytes()).isEqualTo(value);
    }

    @Test
    void staysAsItIsWhenTheWriterGoesOn() {
      PayloadWriter writer = new PayloadWriter(16).putLong(1).putLong(2);
      byte[] before = writer.toByteArray();

      writer.putLong(3);

      assertThat(before).isEqualTo(new PayloadWriter(16).putLong(1).putLong(2).toByteArray());
    }
  }

  @Nested
  class HostileBytes {

    @ParameterizedTest
    @MethodSource("io.cofferdam.internal.wire.PayloadTest#reads")
    void mayEndTooEarly(Read read) {
      assertThatThrownBy(() -> read.from(new PayloadReader(new byte[0])))
          .isInstanceOf(ProtocolException.class)
          .hasMessage("the payload ends too early");
    }

    @ParameterizedTest
    @MethodSource("io.cofferdam.internal.wire.PayloadTest#readsOfALength")
    void mayClaimALengthThatIsNotThere(Read read) {
      for (int length : new int[] {Integer.MIN_VALUE, -2, 5, Integer.MAX_VALUE}) {
        byte[] payload = ByteBuffer.allocate(8).putInt(length).array();

        assertThatThrownBy(() -> read.from(new PayloadReader(payload)))
            .isInstanceOf(ProtocolException.class)
            .hasMessage("a length of " + length + " where 4 bytes are left");
      }
    }

    @Test
    void mayNotSendNullWhereNoneIsAllowed() {
      byte[] nothing = new PayloadWriter(4).putString(null).toByteArray();

      assertThatThrownBy(() -> new PayloadReader(nothing).getString())
          .isInstanceOf(ProtocolException.class);
      assertThatThrownBy(() -> new PayloadReader(nothing).getStrings())
          .isInstanceOf(ProtocolException.class);
    }

    @ParameterizedTest
    @MethodSource("io.cofferdam.internal.wire.PayloadTest#reads")
    void areValuesOrProtocolErrorsWhateverTheyAre(Read read) {
      Random random = new Random(7);
      for (int round = 0; round < 2_000; round++) {
        byte[] noise = new byte[random.nextInt(40)];
        random.nextBytes(noise);
        if (noise.length > 4 && round % 2 == 0) {
          ByteBuffer.wrap(noise).putInt(0, random.nextInt(noise.length));
        }
        assertThatNothingElseComesOut(read, noise);
      }
    }

    private void assertThatNothingElseComesOut(Read read, byte[] noise) {
      try {
        read.from(new PayloadReader(noise));
      } catch (ProtocolException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
  }
}
