package io.cofferdam.benchmarks.blast;

import java.time.Duration;
import java.util.List;

/** Looks whether clients that start nothing more have their answers. Used by one thread. */
final class LastAnswers {

  private final Application application;
  private final long quietNanos;
  private long answered = -1;
  private long sinceNanos;

  /**
   * @param quiet how long there is no answer until no more are expected
   */
  LastAnswers(Application application, Duration quiet) {
    this.application = application;
    this.quietNanos = quiet.toNanos();
  }

  /** Returns whether everything is answered, or nothing has been for a while. */
  boolean areThere() {
    List<Event> events = application.events();
    long now = events.stream().filter(event -> event.kind().isAnswer()).count();
    if (now != answered) {
      answered = now;
      sinceNanos = System.nanoTime();
    }
    return 2 * now == events.size() || System.nanoTime() - sinceNanos >= quietNanos;
  }
}
