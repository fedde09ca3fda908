package io.cofferdam.faults;

/** What happens to a worker at a failpoint: the columns of the fault matrix. */
enum Fault {
  SIGKILL("SIGKILL", true),
  SIGSEGV("SIGSEGV", true),
  HALT("`halt`", true),
  EXIT("`exit(0)`", true),
  HEAP_FULL("heap full", true),
  /** It is stopped for good; where nothing else tells, the deadline does. */
  STOPPED("SIGSTOP", false),
  /** Its channel is closed, and it goes on. */
  CHANNEL_CLOSED("channel closed", true),
  /** The server ends its database session, and it goes on. */
  SESSION_KILLED("session killed", false),
  /** It sends once more what it answered to an earlier task, and goes on. */
  EARLIER_REPLY("earlier reply", true);

  private final String title;
  private final boolean endsProcess;

  Fault(String title, boolean endsProcess) {
    this.title = title;
    this.endsProcess = endsProcess;
  }

  String title() {
    return title;
  }

  /** Tells whether the process soon ends by it, by itself or because the supervisor notices. */
  boolean endsProcess() {
    return endsProcess;
  }
}
