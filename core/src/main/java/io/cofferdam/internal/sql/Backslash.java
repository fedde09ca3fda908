package io.cofferdam.internal.sql;

/** What a backslash in an ordinary string means to a session at the moment. */
public enum Backslash {
  /** It escapes the character after it. */
  ESCAPES,
  /** It is a character like any other. */
  LITERAL,
  /** The driver does not tell. */
  NOT_KNOWN;

  /** {@return the other of the two meanings} */
  public Backslash other() {
    return this == ESCAPES ? LITERAL : ESCAPES;
  }
}
