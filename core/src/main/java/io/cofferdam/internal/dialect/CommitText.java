package io.cofferdam.internal.dialect;

/**
 * What may stand in one text with {@code COMMIT} and with parameters: the server commits there, and
 * does not if a statement before that fails.
 */
public interface CommitText {

  /** {@return a condition that holds if the running transaction has written something} */
  String hasWritten();

  /**
   * Returns the statements that do what {@link Cleaning#clean} does, with semicolons in between.
   *
   * @param kept what they give the session again
   */
  String cleaning(KeptSettings kept);

  /**
   * Returns the statements of {@link #cleaning} that take back what a task may have set, so that
   * the session sees again what it saw when it was opened.
   */
  String ownSettings();
}
