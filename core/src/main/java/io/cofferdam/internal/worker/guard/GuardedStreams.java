package io.cofferdam.internal.worker.guard;

import java.io.Closeable;
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
@SuppressWarnings("try")
final class GuardedStreams {

  private GuardedStreams() {}

  /** The gate as the calls of streams pass it: what refuses them is an IOException. */
  private record Gate(TaskGate ofTask) implements Closeable {

    Gate enter() throws IOException {
      try {
        ofTask.enter();
        return this;
      } catch (SQLException e) {
        throw new IOException(e.getMessage(), e);
      }
    }

    @Override
    public void close() {
      ofTask.exit();
    }
  }

  static final class In extends FilterInputStream {

    private final Gate gate;

    In(InputStream in, TaskGate gate) {
      super(in);
      this.gate = new Gate(gate);
    }

    @Override
    public int read() throws IOException {
      try (Gate inside = gate.enter()) {
        return in.read();
      }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try (Gate inside = gate.enter()) {
        return in.read(bytes, offset, length);
      }
    }

    @Override
    public long skip(long count) throws IOException {
      try (Gate inside = gate.enter()) {
        return in.skip(count);
      }
    }

    @Override
    public int available() throws IOException {
      try (Gate inside = gate.enter()) {
        return in.available();
      }
    }

    @Override
    public void close() throws IOException {
      try (Gate inside = gate.enter()) {
        in.close();
      }
    }
  }

  static final class Out extends FilterOutputStream {

    private final Gate gate;

    Out(OutputStream out, TaskGate gate) {
      super(out);
      this.gate = new Gate(gate);
    }

    @Override
    public void write(int value) throws IOException {
      try (Gate inside = gate.enter()) {
        out.write(value);
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try (Gate inside = gate.enter()) {
        out.write(bytes, offset, length);
      }
    }

    @Override
    public void flush() throws IOException {
      try (Gate inside = gate.enter()) {
        out.flush();
      }
    }

    @Override
    public void close() throws IOException {
      try (Gate inside = gate.enter()) {
        out.close();
      }
    }
  }

  static final class CharsIn extends FilterReader {

    private final Gate gate;

    CharsIn(Reader in, TaskGate gate) {
      super(in);
      this.gate = new Gate(gate);
    }

    @Override
    public int read() throws IOException {
      try (Gate inside = gate.enter()) {
        return in.read();
      }
    }

    @Override
    public int read(char[] chars, int offset, int length) throws IOException {
      try (Gate inside = gate.enter()) {
        return in.read(chars, offset, length);
      }
    }

    @Override
    public long skip(long count) throws IOException {
      try (Gate inside = gate.enter()) {
        return in.skip(count);
      }
    }

    @Override
    public void close() throws IOException {
      try (Gate inside = gate.enter()) {
        in.close();
      }
    }
  }

  static final class CharsOut extends FilterWriter {

    private final Gate gate;

    CharsOut(Writer out, TaskGate gate) {
      super(out);
      this.gate = new Gate(gate);
    }

    @Override
    public void write(int value) throws IOException {
      try (Gate inside = gate.enter()) {
        out.write(value);
      }
    }

    @Override
    public void write(char[] chars, int offset, int length) throws IOException {
      try (Gate inside = gate.enter()) {
        out.write(chars, offset, length);
      }
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
      try (Gate inside = gate.enter()) {
        out.write(text, offset, length);
      }
    }

    @Override
    public void flush() throws IOException {
      try (Gate inside = gate.enter()) {
        out.flush();
      }
    }

    @Override
    public void close() throws IOException {
      try (Gate inside = gate.enter()) {
        out.close();
      }
    }
  }
}
