package io.cofferdam.internal.wire;

/**
 * A worker's first words.
 *
 * @param token the one-time token that it was given on its standard input
 * @param pid its process id
 */
public record Hello(String token, long pid) {

  public byte[] encode() {
    return new PayloadWriter(128).putString(token).putLong(pid).toByteArray();
  }

  public static Hello decode(byte[] payload) throws ProtocolException {
    PayloadReader reader = new PayloadReader(payload);
    return new Hello(reader.getString(), reader.getLong());
  }

  /** Names the worker without its token. */
  @Override
  public String toString() {
    return "Hello[pid " + pid + "]";
  }
}
