package io.cofferdam.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameChannelTest {

  private static final UUID TASK = new UUID(0x0123_4567_89ab_7defL, 0x8123_4567_89ab_cdefL);
  private static final FrameChannel.WriteBlocked NEVER_BLOCKED =
      () -> {
        throw new IOException("the socket took nothing");
      };

  private SocketPair sockets;
  private FrameChannel writer;
  private FrameChannel reader;

  @BeforeEach
  void connect() throws IOException {
    sockets = SocketPair.open();
    writer = new FrameChannel(sockets.left());
    reader = new FrameChannel(sockets.right());
  }

  @AfterEach
  void disconnect() throws IOException {
    sockets.close();
  }

  private static Frame frame(FrameType type, int payloadLength) {
    byte[] payload = new byte[payloadLength];
    new Random(payloadLength).nextBytes(payload);
    return new Frame(type, 7, 1L << 40, TASK, payload);
  }

  private static void assertSame(Frame read, Frame written) {
    assertThat(read.type()).isEqualTo(written.type());
    assertThat(read.generation()).isEqualTo(written.generation());
    assertThat(read.sequence()).isEqualTo(written.sequence());
    assertThat(read.taskId()).isEqualTo(written.taskId());
    assertThat(Arrays.equals(read.payload(), written.payload())).isTrue();
    assertThat(read.ready()).isEqualTo(written.ready());
  }

  @Nested
  class WholeFrames {

    @ParameterizedTest
    @EnumSource(FrameType.class)
    void arriveAsTheyWereSent(FrameType type) throws IOException {
      Frame sent = frame(type, 100);

      writer.write(sent, NEVER_BLOCKED);

      assertSame(reader.take(), sent);
    }

    @Test
    void mayHaveNoPayload() throws IOException {
      writer.write(frame(FrameType.ATTACHED, 0), NEVER_BLOCKED);

      assertThat(reader.take().payload()).isEmpty();
    }

    @Test
    void comeOneByOneWhenTwoWereWritten() throws IOException {
      Frame first = frame(FrameType.COMMITTED, 30);
      Frame second = frame(FrameType.READY, 5);

      writer.write(first, NEVER_BLOCKED);
      writer.write(second, NEVER_BLOCKED);
      int read = reader.fill();

      assertThat(read).isEqualTo(2 * Frame.HEADER + 35);
      assertSame(polled(reader), first);
      assertSame(polled(reader), second);
      assertThat(reader.poll()).isNull();
    }

    @ParameterizedTest
    @EnumSource(
        value = FrameType.class,
        names = {"COMMITTED", "STORED", "TASK_FAILED", "NOT_COMMITTED", "REPLY"})
    void sayReadyWithAnAnswer(FrameType answer) throws IOException {
      Frame sent = new Frame(answer, 1, 2, Frame.NO_TASK, new byte[3], true);

      writer.write(sent, NEVER_BLOCKED);

      Frame read = reader.take();
      assertSame(read, sent);
      assertThat(read.ready()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
        value = FrameType.class,
        mode = EnumSource.Mode.EXCLUDE,
        names = {"COMMITTED", "STORED", "TASK_FAILED", "NOT_COMMITTED", "REPLY"})
    void doNotSayReadyWithAnythingElse(FrameType type) throws IOException {
      writer.write(new Frame(type, 1, 2, Frame.NO_TASK, new byte[3], true), NEVER_BLOCKED);

      assertThatThrownBy(() -> reader.take()).isInstanceOf(ProtocolException.class);
    }

    @Test
    void countTheirBytes() throws IOException {
      writer.write(frame(FrameType.READY, 10), NEVER_BLOCKED);
      reader.take();

      assertThat(reader.bytesRead()).isEqualTo(Frame.HEADER + 10);
    }
  }

  @Nested
  class PartsOfAFrame {

    @Test
    void areKeptUntilTheRestHasCome() throws IOException {
      Frame sent = frame(FrameType.TASK, 3);
      byte[] bytes = bytesOf(sent);

      for (int i = 0; i < bytes.length - 1; i++) {
        sendRaw(Arrays.copyOfRange(bytes, i, i + 1));
        assertThat(reader.fill()).isOne();
        assertThat(reader.poll()).as("after %d of %d bytes", i + 1, bytes.length).isNull();
      }
      sendRaw(Arrays.copyOfRange(bytes, bytes.length - 1, bytes.length));

      assertSame(reader.take(), sent);
    }

    @Test
    void mayComeWithTheFrameBefore() throws IOException {
      Frame first = frame(FrameType.COMMITTED, 8);
      Frame second = frame(FrameType.READY, 8);
      byte[] rest = bytesOf(second);

      sendRaw(join(bytesOf(first), Arrays.copyOf(rest, 20)));
      assertSame(reader.take(), first);
      assertThat(reader.poll()).isNull();
      sendRaw(Arrays.copyOfRange(rest, 20, rest.length));

      assertSame(reader.take(), second);
    }

    @Test
    void areNotAFrameWhenTheOtherSideLeaves() throws IOException {
      sendRaw(Arrays.copyOf(bytesOf(frame(FrameType.READY, 8)), Frame.HEADER + 2));
      sockets.left().close();

      assertThatThrownBy(() -> reader.take()).isInstanceOf(EOFException.class);
      assertThat(reader.fill()).isEqualTo(-1);
    }
  }

  @Nested
  class FramesLargerThanTheBuffer {

    /** The socket holds less than a frame, so the reader has to read while the writer writes. */
    @ParameterizedTest
    @ValueSource(ints = {(64 << 10) - 38, 64 << 10, 300_001, Frame.MAX_PAYLOAD})
    void comeThroughANonBlockingSocket(int length) throws IOException {
      sockets.left().configureBlocking(false);
      sockets.right().configureBlocking(false);
      Frame large = frame(FrameType.COMMITTED, length);
      Frame small = frame(FrameType.READY, 1);
      List<Frame> read = new ArrayList<>();

      writer.write(large, () -> readInto(read));
      writer.write(small, () -> readInto(read));
      while (read.size() < 2) {
        readInto(read);
      }

      assertSame(read.get(0), large);
      assertSame(read.get(1), small);
    }

    @Test
    void areGivenUpWhenTheWriterIsTiredOfWaiting() throws IOException {
      sockets.left().configureBlocking(false);

      assertThatThrownBy(() -> writer.write(frame(FrameType.TASK, 4 << 20), NEVER_BLOCKED))
          .hasMessage("the socket took nothing");
    }

    @Test
    void areRefusedByTheWriterWhenTheReaderWouldRefuseThem() {
      Frame tooLarge =
          new Frame(FrameType.TASK, 1, 1, Frame.NO_TASK, new byte[Frame.MAX_PAYLOAD + 1]);

      assertThatThrownBy(() -> writer.write(tooLarge, NEVER_BLOCKED))
          .isInstanceOf(ProtocolException.class)
          .hasMessageContaining("16777216");
    }

    private void readInto(List<Frame> read) throws IOException {
      reader.fill();
      Frame frame;
      while ((frame = reader.poll()) != null) {
        read.add(frame);
      }
    }
  }

  @Nested
  class ASocketWithNothingToRead {

    @Test
    void gives0WhenItDoesNotBlock() throws IOException {
      sockets.right().configureBlocking(false);

      assertThat(reader.fill()).isZero();
      assertThat(reader.receive()).isNull();
      assertThat(reader.bytesRead()).isZero();
    }

    @Test
    void endsTheReadingWhenTheOtherSideHasLeft() throws IOException {
      writer.close();

      assertThat(reader.fill()).isEqualTo(-1);
      assertThatThrownBy(() -> reader.take()).isInstanceOf(EOFException.class);
    }
  }

  @Nested
  class HostileBytes {

    @ParameterizedTest
    @CsvSource({
      "-1, 2, 6",
      "-2147483648, 2, 6",
      "2147483647, 2, 6",
      "33, 2, 6",
      "0, 2, 6",
      "16777251, 2, 6",
      "34, 0, 6",
      "34, 1, 6",
      "34, 3, 6",
      "34, -1, 6",
      "34, 2, 0",
      "34, 2, 18",
      "34, 2, -1",
      "34, 2, -128",
      "34, 2, -122"
    })
    void areRefusedBeforeAnythingIsAllocated(int length, int version, int type) throws IOException {
      sendRaw(header(length, version, type));
      reader.fill();

      assertThatThrownBy(() -> reader.poll())
          .isInstanceOf(ProtocolException.class)
          .hasMessageStartingWith("not a frame");
    }

    @Test
    void breakTheChannelForGood() throws IOException {
      byte[] start = Arrays.copyOf(header(-1, 2, 6), 6);
      sendRaw(join(start, bytesOf(frame(FrameType.READY, 0))));
      reader.fill();

      assertThatThrownBy(() -> reader.poll()).isInstanceOf(ProtocolException.class);
      assertThatThrownBy(() -> reader.poll()).isInstanceOf(ProtocolException.class);
    }

    @Test
    void areFramesOrProtocolErrorsWhateverTheyAre() throws IOException {
      Random random = new Random(42);
      for (int round = 0; round < 200; round++) {
        byte[] noise = new byte[Frame.HEADER + random.nextInt(40)];
        random.nextBytes(noise);
        if (round % 2 == 0) {
          ByteBuffer.wrap(noise)
              .putInt(0, Frame.HEADER - 4 + random.nextInt(3))
              .put(4, (byte) Frame.VERSION);
        }
        try (SocketPair pair = SocketPair.open()) {
          pair.left().write(ByteBuffer.wrap(noise));
          FrameChannel channel = new FrameChannel(pair.right());
          channel.fill();
          assertThatNothingElseComesOut(channel);
        }
      }
    }

    private void assertThatNothingElseComesOut(FrameChannel channel) {
      try {
        Frame frame = channel.poll();
        assertThat(frame == null || frame.payload().length <= Frame.MAX_PAYLOAD).isTrue();
      } catch (ProtocolException e) {
        assertThat(e).hasMessageStartingWith("not a frame");
      }
    }

    private byte[] header(int length, int version, int type) {
      return ByteBuffer.allocate(Frame.HEADER)
          .putInt(length)
          .put((byte) version)
          .put((byte) type)
          .array();
    }
  }

  private void sendRaw(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      sockets.left().write(buffer);
    }
  }

  private static byte[] bytesOf(Frame frame) throws IOException {
    try (SocketPair pair = SocketPair.open()) {
      new FrameChannel(pair.left()).write(frame, NEVER_BLOCKED);
      ByteBuffer bytes = ByteBuffer.allocate(Frame.HEADER + frame.payload().length);
      while (bytes.hasRemaining()) {
        pair.right().read(bytes);
      }
      return bytes.array();
    }
  }

  private static byte[] join(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  private static Frame polled(FrameChannel channel) throws IOException {
    Frame frame = channel.poll();
    assertThat(frame).isNotNull();
    return frame;
  }
}
