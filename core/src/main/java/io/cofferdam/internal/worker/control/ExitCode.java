package io.cofferdam.internal.worker.control;

/** The codes with which a worker ends itself. */
public final class ExitCode {

  /** It was told to stop. */
  static final int STOPPED = 0;

  /** It could not work as it was told to; a REFUSED frame says why. */
  public static final int REFUSED = 70;

  /** The application is gone, or the channel broke. */
  public static final int ORPHANED = 71;

  /** Commit was called and its answer is not known; the supervisor settles it. */
  public static final int IN_DOUBT = 72;

  private ExitCode() {}
}
