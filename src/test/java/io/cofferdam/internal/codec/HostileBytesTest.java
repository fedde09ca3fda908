package io.cofferdam.internal.codec;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.Serializable;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HostileBytesTest {

  private static final int MAX_BYTES = 1_000_000;
  private static final int ROUNDS = Integer.getInteger("cofferdam.fuzz.rounds", 250);

  private final ResultCodec results = new ResultCodec(List.of(), MAX_BYTES);
  private final FailureCodec failures = new FailureCodec(List.of(), MAX_BYTES);
  private final TaskDecoder tasks = new TaskDecoder(HostileBytesTest.class.getClassLoader());

  interface Task extends Supplier<Object>, Serializable {}

  interface Decoder {
    @Nullable Object decode(byte[] bytes) throws NotDecodableException;
  }

  private static void attack(Decoder decoder, byte[] valid) {
    Random random = new Random(42);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = valid.clone();
      int flips = 1 + random.nextInt(4);
      for (int i = 0; i < flips; i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      survive(decoder, bytes);
    }
    for (int length = 0; length < valid.length; length++) {
      survive(decoder, Arrays.copyOf(valid, length));
    }
    survive(decoder, Arrays.copyOf(valid, valid.length + 1));
    for (int at = 0; at + 4 <= valid.length; at++) {
      byte[] bytes = valid.clone();
      Arrays.fill(bytes, at, at + 4, (byte) 0xff);
      bytes[at] = 0x7f;
      survive(decoder, bytes);
    }
  }

  private static void survive(Decoder decoder, byte[] bytes) {
    try {
      decoder.decode(bytes);
    } catch (NotDecodableException e) {
      assertThatCode(e::getMessage).doesNotThrowAnyException();
    } catch (Throwable e) {
      fail("escaped for " + Arrays.toString(bytes), e);
    }
  }

  @Test
  void resultsNeverBreakTheirReceiver() throws Exception {
    Map<String, Object> row = new HashMap<>(Map.of("a", 1, "b", BigDecimal.ONE));
    row.put("c", new ArrayList<>(List.of(ZonedDateTime.parse("2020-01-01T00:00Z"), "d")));
    row.put("d", new Object[] {new int[] {1, 2}, List.of("e")});
    attack(results::decode, results.encode(row));
    attack(results::decode, results.encode("text"));
    attack(results::decode, results.encode(new BigDecimal("123.45")));
    attack(results::decode, results.encode(java.time.LocalDateTime.MIN));
  }

  @Test
  void failuresNeverBreakTheirReceiver() throws Exception {
    SQLException failure = new SQLException("message", "40001", 3, new RuntimeException("cause"));
    failure.setNextException(new SQLException("next"));
    failure.addSuppressed(new IllegalStateException());
    for (Throwable each :
        List.of(
            failure, failure.getNextException(), failure.getCause(), failure.getSuppressed()[0])) {
      each.setStackTrace(Arrays.copyOf(each.getStackTrace(), 2));
    }
    attack(failures::decode, failures.encode(failure));
    attack(failures::decode, failures.encode(new FailureCodecTest.Hostile()));
  }

  @Test
  void descriptionsNeverBreakTheirReceiver() throws Exception {
    SQLException failure = new SQLException("message", "40001", 3, new RuntimeException("cause"));
    failure.setStackTrace(Arrays.copyOf(failure.getStackTrace(), 2));

    attack(bytes -> FailureCodec.rebuild(bytes, text -> text), FailureCodec.describe(failure));
  }

  @Test
  void aFailureWithMoreFramesThanAnEncoderLeavesIsRefused() {
    StackTraceElement frame = new StackTraceElement("", "", null, 0);
    FailureForm form =
        new FailureForm("X", null, Collections.nCopies(257, frame), -1, List.of(), null);
    ByteWriter out = new ByteWriter(MAX_BYTES);
    FailureGraphWire.write(new FailureGraph(List.of(form), true), out);
    out.putBytes(new byte[0]);

    assertThatThrownBy(() -> failures.decode(out.toByteArray()))
        .isInstanceOf(NotDecodableException.class)
        .hasMessageContaining("257 frames");
  }

  @Test
  void tasksNeverBreakTheirWorkersLoop() throws Exception {
    String text = "text";
    List<Integer> list = new ArrayList<>(List.of(1));
    Task task = () -> text + list;
    attack(tasks::decode, new TaskEncoder(MAX_BYTES).encode(task));
  }
}
