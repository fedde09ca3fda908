package io.cofferdam.internal.worker.guard;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.FilterReader;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.sql.SQLException;

/** Streams of the driver that pass the gate of a task with every call that moves data. */
final class GuardedStreams {

  private GuardedStreams() {}

  /** A call that returns a number: of bytes, of characters, or one of these. */
  private interface Count {
    long run() throws IOException;
  }

  private interface Move {
    void run() throws IOException;
  }

  private static long count(TaskGate gate, Count call) throws IOException {
    enter(gate);
    try {
      return call.run();
    } finally {
      gate.exit();
    }
  }

  private static void move(TaskGate gate, Move call) throws IOException {
    enter(gate);
    try {
      call.run();
    } finally {
      gate.exit();
    }
  }

  private static void enter(TaskGate gate) throws IOException {
    try {
      gate.enter();
    } catch (SQLException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  static final class In extends FilterInputStream {

    private final TaskGate gate;

    In(InputStream in, TaskGate gate) {
      super(in);
      this.gate = gate;
    }

    @Override
    public int read() throws IOException {
      return (int) count(gate, () -> in.read());
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return (int) count(gate, () -> in.read(bytes, offset, length));
    }

    @Override
    public long skip(long count) throws IOException {
      return count(gate, () -> in.skip(count));
    }

    @Override
    public int available() throws IOException {
      return (int) count(gate, () -> in.available());
    }

    @Override
    public void close() throws IOException {
      move(gate, () -> in.close());
    }
  }

  static final class Out extends FilterOutputStream {

    private final TaskGate gate;

    Out(OutputStream out, TaskGate gate) {
      super(out);
      this.gate = gate;
    }

    @Override
    public void write(int value) throws IOException {
      move(gate, () -> out.write(value));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      move(gate, () -> out.write(bytes, offset, length));
    }

    @Override
    public void flush() throws IOException {
      move(gate, () -> out.flush());
    }

    @Override
    public void close() throws IOException {
      move(gate, () -> out.close());
    }
  }

  static final class CharsIn extends FilterReader {

    private final TaskGate gate;

    CharsIn(Reader in, TaskGate gate) {
      super(in);
      this.gate = gate;
    }

    @Override
    public int read() throws IOException {
      return (int) count(gate, () -> in.read());
    }

    @Override
    public int read(char[] chars, int offset, int length) throws IOException {
      return (int) count(gate, () -> in.read(chars, offset, length));
    }

    @Override
    public long skip(long count) throws IOException {
      return count(gate, () -> in.skip(count));
    }

    @Override
    public void close() throws IOException {
      move(gate, () -> in.close());
    }
  }

  static final class CharsOut extends FilterWriter {

    private final TaskGate gate;

    CharsOut(Writer out, TaskGate gate) {
      super(out);
      this.gate = gate;
    }

    @Override
    public void write(int value) throws IOException {
      move(gate, () -> out.write(value));
    }

    @Override
    public void write(char[] chars, int offset, int length) throws IOException {
      move(gate, () -> out.write(chars, offset, length));
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
      move(gate, () -> out.write(text, offset, length));
    }

    @Override
    public void flush() throws IOException {
      move(gate, () -> out.flush());
    }

    @Override
    public void close() throws IOException {
      move(gate, () -> out.close());
    }
  }
}
