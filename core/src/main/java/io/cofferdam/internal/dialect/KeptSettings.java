package io.cofferdam.internal.dialect;

/**
 * What a session has again after its cleaning, because its next task will most likely want the
 * same, where the server sets it in the round trip of the cleaning.
 *
 * @param isolation an isolation level of {@link java.sql.Connection}; 0 for the session's own
 * @param idleLimit the limit that the last task wanted
 */
public record KeptSettings(int isolation, IdleLimit idleLimit) {

  /** {@return what is kept by a session that has only its own settings} */
  public static KeptSettings none() {
    return new KeptSettings(0, IdleLimit.none());
  }
}
