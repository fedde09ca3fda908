package io.cofferdam.faults;

import static io.cofferdam.internal.worker.failpoint.Failpoint.BEFORE_COMMIT;
import static io.cofferdam.internal.worker.failpoint.Failpoint.BEFORE_HANDSHAKE;
import static io.cofferdam.internal.worker.failpoint.Failpoint.CLEANING_UP;
import static io.cofferdam.internal.worker.failpoint.Failpoint.COMMIT_ANSWERED;
import static io.cofferdam.internal.worker.failpoint.Failpoint.COMMIT_SENT;
import static io.cofferdam.internal.worker.failpoint.Failpoint.HALF_A_REPLY;
import static io.cofferdam.internal.worker.failpoint.Failpoint.HALF_A_TASK;
import static io.cofferdam.internal.worker.failpoint.Failpoint.IDLE;
import static io.cofferdam.internal.worker.failpoint.Failpoint.INSIDE_A_STATEMENT;
import static io.cofferdam.internal.worker.failpoint.Failpoint.STARTED;
import static io.cofferdam.internal.worker.failpoint.Failpoint.WARMING_UP;

import io.cofferdam.Outcome;
import io.cofferdam.internal.worker.failpoint.Failpoint;
import io.cofferdam.testkit.database.DatabaseKind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** One fault at one failpoint, and what callers may then be told. */
record FaultCell(DatabaseKind database, Tracking tracking, Failpoint point, Fault fault) {

  /** Returns every cell that makes sense: all on PostgreSQL, those of the database on others. */
  static List<FaultCell> whole() {
    List<FaultCell> cells = new ArrayList<>();
    for (DatabaseKind database : DatabaseKind.values()) {
      for (Tracking tracking : Tracking.values()) {
        for (Failpoint point : Failpoint.values()) {
          if (tracking.isPossibleOn(database)
              && (database == DatabaseKind.POSTGRESQL || concernsDatabase(point))) {
            Stream.of(Fault.values())
                .map(fault -> new FaultCell(database, tracking, point, fault))
                .filter(cell -> cell.inapplicable().isEmpty())
                .forEach(cells::add);
          }
        }
      }
    }
    return cells;
  }

  /**
   * Returns a few cells on PostgreSQL, in which each point and each fault comes up with the default
   * tracking, and for the others those where it makes a difference.
   */
  static List<FaultCell> quick() {
    List<FaultCell> cells = new ArrayList<>();
    for (Tracking tracking : Tracking.values()) {
      for (Failpoint point : Failpoint.values()) {
        if (tracking == Tracking.TRANSACTION_ID || isBetween(point, BEFORE_COMMIT, COMMIT_SENT)) {
          faultsOfQuickForm(point)
              .map(fault -> new FaultCell(DatabaseKind.POSTGRESQL, tracking, point, fault))
              .forEach(cells::add);
        }
      }
    }
    for (DatabaseKind database : List.of(DatabaseKind.MARIADB, DatabaseKind.H2)) {
      cells.add(new FaultCell(database, Tracking.LEDGER, COMMIT_SENT, Fault.SIGKILL));
    }
    return cells;
  }

  private static Stream<Fault> faultsOfQuickForm(Failpoint point) {
    return switch (point) {
      case BEFORE_HANDSHAKE -> Stream.of(Fault.SIGKILL);
      case WARMING_UP -> Stream.of(Fault.SIGKILL, Fault.SESSION_KILLED, Fault.CHANNEL_CLOSED);
      case IDLE -> Stream.of(Fault.STOPPED, Fault.EARLIER_REPLY);
      case HALF_A_TASK -> Stream.of(Fault.SIGSEGV, Fault.STOPPED);
      case STARTED -> Stream.of(Fault.HALT, Fault.EARLIER_REPLY);
      case INSIDE_A_STATEMENT -> Stream.of(Fault.SIGKILL, Fault.SESSION_KILLED);
      case BETWEEN_STATEMENTS -> Stream.of(Fault.HEAP_FULL, Fault.STOPPED, Fault.CHANNEL_CLOSED);
      case BEFORE_COMMIT -> Stream.of(Fault.SIGKILL, Fault.SESSION_KILLED);
      case COMMIT_SENT -> Stream.of(Fault.SIGKILL, Fault.SESSION_KILLED, Fault.CHANNEL_CLOSED);
      case COMMIT_ANSWERED -> Stream.of(Fault.EXIT);
      case ROLLING_BACK -> Stream.of();
      case HALF_A_REPLY -> Stream.of(Fault.SIGKILL);
      case REPLY_WRITTEN -> Stream.of(Fault.HALT);
      case CLEANING_UP -> Stream.of(Fault.CHANNEL_CLOSED);
      case SHUTTING_DOWN -> Stream.of(Fault.SIGKILL);
    };
  }

  static boolean concernsDatabase(Failpoint point) {
    return isBetween(point, INSIDE_A_STATEMENT, COMMIT_ANSWERED);
  }

  /** Returns why there is no such cell, or empty. */
  Optional<String> inapplicable() {
    if (point == Failpoint.ROLLING_BACK) {
      return Optional.of("the tasks of the matrix commit");
    }
    if (fault == Fault.SESSION_KILLED && point == BEFORE_HANDSHAKE) {
      return Optional.of("there is no session yet");
    }
    if (fault == Fault.EARLIER_REPLY && (point == BEFORE_HANDSHAKE || point == WARMING_UP)) {
      return Optional.of("nothing has been replied yet");
    }
    if (fault == Fault.EARLIER_REPLY && point == HALF_A_REPLY) {
      return Optional.of("its bytes would be the rest of this reply");
    }
    return Optional.empty();
  }

  /** Tells whether the fault may cost a caller its transaction. Nobody notices the others. */
  boolean mayTouchACaller() {
    return isBetween(point, STARTED, COMMIT_ANSWERED)
        || (isBetween(point, IDLE, HALF_A_TASK)
            && (fault == Fault.SESSION_KILLED || fault == Fault.EARLIER_REPLY))
        || leavesADeadSession()
        || comesAfterReady();
  }

  /** Returns whether a worker is left idle whose session is dead, which only a task finds. */
  boolean leavesADeadSession() {
    boolean idle = point == IDLE;
    boolean afterTheCommit = isBetween(point, HALF_A_REPLY, CLEANING_UP) && cleansWithTheCommit();
    return fault == Fault.SESSION_KILLED && (idle || afterTheCommit);
  }

  /** Returns whether the worker may have its next task by the time of an earlier reply. */
  private boolean comesAfterReady() {
    return fault == Fault.EARLIER_REPLY
        && point == Failpoint.REPLY_WRITTEN
        && cleansWithTheCommit();
  }

  /** Tells whether nothing is asked of the session between a commit and the next task. */
  private boolean cleansWithTheCommit() {
    return database == DatabaseKind.POSTGRESQL && tracking != Tracking.NONE;
  }

  /** Returns the outcomes that may be reported as such. */
  Set<Outcome> outcomesOfTheTouched() {
    if (!mayTouchACaller()) {
      return EnumSet.noneOf(Outcome.class);
    }
    if (comesAfterReady() || (point.compareTo(STARTED) < 0 && fault == Fault.EARLIER_REPLY)) {
      return EnumSet.of(Outcome.ROLLED_BACK, Outcome.UNKNOWN);
    }
    boolean inDoubt = point.compareTo(BEFORE_COMMIT) >= 0;
    if (inDoubt && tracking.leavesUnknown()) {
      return EnumSet.of(Outcome.UNKNOWN);
    }
    return inDoubt && endsByDeadline()
        ? EnumSet.of(Outcome.ROLLED_BACK, Outcome.UNKNOWN)
        : EnumSet.of(Outcome.ROLLED_BACK);
  }

  /** Tells whether it takes a deadline to find out that the worker is stopped. */
  boolean endsByDeadline() {
    boolean beforeTheReply =
        isBetween(point, STARTED, HALF_A_REPLY) || (point == CLEANING_UP && cleansWithTheCommit());
    return fault == Fault.STOPPED && beforeTheReply;
  }

  private static boolean isBetween(Failpoint point, Failpoint first, Failpoint last) {
    return point.compareTo(first) >= 0 && point.compareTo(last) <= 0;
  }

  @Override
  public String toString() {
    return database + ", " + tracking + ": " + fault + " at " + point;
  }
}
