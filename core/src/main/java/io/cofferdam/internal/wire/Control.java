package io.cofferdam.internal.wire;

import java.nio.charset.StandardCharsets;

/**
 * The words that reach a busy worker, a line each. They have a connection of their own so that the
 * thread that runs tasks can read the channel itself, and so that the end of the application is
 * seen at once: the connection ends with it.
 */
public sealed interface Control {

  /** Returns the line, with its end. */
  byte[] line();

  /**
   * Cancel the task of a dispatch.
   *
   * @param sequence the dispatch
   */
  record Cancel(long sequence) implements Control {
    @Override
    public byte[] line() {
      return ("CANCEL " + sequence + "\n").getBytes(StandardCharsets.US_ASCII);
    }
  }

  /** End: no task is running, and none will come. */
  record Stop() implements Control {
    @Override
    public byte[] line() {
      return "STOP\n".getBytes(StandardCharsets.US_ASCII);
    }
  }

  /**
   * Reads a line.
   *
   * @throws ProtocolException if it is none of these words
   */
  static Control parse(String line) throws ProtocolException {
    if (line.equals("STOP")) {
      return new Stop();
    }
    if (line.startsWith("CANCEL ")) {
      try {
        return new Cancel(Long.parseLong(line.substring("CANCEL ".length())));
      } catch (NumberFormatException e) {
        ProtocolException malformed = new ProtocolException("malformed control word: " + line);
        malformed.initCause(e);
        throw malformed;
      }
    }
    throw new ProtocolException("unknown control word: " + line);
  }
}
