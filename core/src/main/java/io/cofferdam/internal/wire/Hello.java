package io.cofferdam.internal.wire;

/**
 * A worker's first words.
 *
 * @param token the one-time token that it was given on its standard input
 */
public record Hello(String token) {

  public byte[] encode() {
    return new PayloadWriter(128).putString(token).toByteArray();
  }

  public static Hello decode(byte[] payload) throws ProtocolException {
    return new Hello(new PayloadReader(payload).getString());
  }

  /** Hides the token. */
  @Override
  public String toString() {
    return "Hello[token hidden]";
  }
}
