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
      enter(gate);
      try {
        return in.read();
      } finally {
        gate.exit();
      }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      enter(gate);
      try {
        return in.read(bytes, offset, length);
      } finally {
        gate.exit();
      }
    }

    @Override
    public long skip(long count) throws IOException {
      enter(gate);
      try {
        return in.skip(count);
      } finally {
        gate.exit();
      }
    }

    @Override
    public int available() throws IOException {
      enter(gate);
      try {
        return in.available();
      } finally {
        gate.exit();
      }
    }

    @Override
    public void close() throws IOException {
      enter(gate);
      try {
        in.close();
      } finally {
        gate.exit();
      }
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
      enter(gate);
      try {
        out.write(value);
      } finally {
        gate.exit();
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      enter(gate);
      try {
        out.write(bytes, offset, length);
      } finally {
        gate.exit();
      }
    }

    @Override
    public void flush() throws IOException {
      enter(gate);
      try {
        out.flush();
      } finally {
        gate.exit();
      }
    }

    @Override
    public void close() throws IOException {
      enter(gate);
      try {
        out.close();
      } finally {
        gate.exit();
      }
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
      enter(gate);
      try {
        return in.read();
      } finally {
        gate.exit();
      }
    }

    @Override
    public int read(char[] chars, int offset, int length) throws IOException {
      enter(gate);
      try {
        return in.read(chars, offset, length);
      } finally {
        gate.exit();
      }
    }

    @Override
    public long skip(long count) throws IOException {
      enter(gate);
      try {
        return in.skip(count);
      } finally {
        gate.exit();
      }
    }

    @Override
    public void close() throws IOException {
      enter(gate);
      try {
        in.close();
      } finally {
        gate.exit();
      }
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
      enter(gate);
      try {
        out.write(value);
      } finally {
        gate.exit();
      }
    }

    @Override
    public void write(char[] chars, int offset, int length) throws IOException {
      enter(gate);
      try {
        out.write(chars, offset, length);
      } finally {
        gate.exit();
      }
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
      enter(gate);
      try {
        out.write(text, offset, length);
      } finally {
        gate.exit();
      }
    }

    @Override
    public void flush() throws IOException {
      enter(gate);
      try {
        out.flush();
      } finally {
        gate.exit();
      }
    }

    @Override
    public void close() throws IOException {
      enter(gate);
      try {
        out.close();
      } finally {
        gate.exit();
      }
    }
  }
}
