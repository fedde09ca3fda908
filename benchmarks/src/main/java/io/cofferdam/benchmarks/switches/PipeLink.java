package io.cofferdam.benchmarks.switches;

import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** Two FIFOs, one for each direction: one byte is written or read with one system call. */
final class PipeLink implements Link {

  private final FileInputStream in;
  private final FileOutputStream out;

  private PipeLink(FileInputStream in, FileOutputStream out) {
    this.in = in;
    this.out = out;
  }

  /**
   * Opens one end, and waits until the other player opens the other.
   *
   * @param fifos the directory of the FIFOs, two of which have the name of the side that reads them
   */
  static PipeLink open(Path fifos, Side side) throws IOException {
    if (side == Side.FIRST) {
      FileOutputStream out = new FileOutputStream(file(fifos, Side.SECOND));
      return new PipeLink(new FileInputStream(file(fifos, Side.FIRST)), out);
    }
    FileInputStream in = new FileInputStream(file(fifos, Side.SECOND));
    return new PipeLink(in, new FileOutputStream(file(fifos, Side.FIRST)));
  }

  /** Opens a FIFO that no other player uses, in both directions at once: that does not wait. */
  static PipeLink toItself(Path fifos) throws IOException {
    FileDescriptor both = new RandomAccessFile(fifos.resolve(Fifos.OWN).toFile(), "rw").getFD();
    return new PipeLink(new FileInputStream(both), new FileOutputStream(both));
  }

  private static String file(Path fifos, Side reader) {
    return fifos.resolve(reader.name()).toString();
  }

  @Override
  public void give(int turn) throws IOException {
    out.write(turn);
  }

  @Override
  public int take() throws IOException {
    int turn = in.read();
    if (turn < 0) {
      throw new EOFException("the other player has ended");
    }
    return turn;
  }
}
