package io.cofferdam.internal.wire;

/**
 * A worker's first words on each of its two connections.
 *
 * @param token the one-time token that it was given on its standard input
 * @param way what the connection is for
 */
public record Hello(String token, Way way) {

  /** The two connections of a worker. */
  public enum Way {
    /** Carries control words to the worker. */
    CONTROL,
    /** Carries frames to and fro. */
    CHANNEL
  }

  public byte[] encode() {
    return new PayloadWriter(128)
        .putString(token)
        .putByte(way == Way.CONTROL ? 0 : 1)
        .toByteArray();
  }

  public static Hello decode(byte[] payload) throws ProtocolException {
    PayloadReader reader = new PayloadReader(payload);
    String token = reader.getString();
    return switch (reader.getByte()) {
      case 0 -> new Hello(token, Way.CONTROL);
      case 1 -> new Hello(token, Way.CHANNEL);
      default -> throw new ProtocolException("a HELLO for an unknown way");
    };
  }

  /** Hides the token. */
  @Override
  public String toString() {
    return "Hello[token hidden, way=" + way + "]";
  }
}
