package io.cofferdam.benchmarks.switches;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A field for each direction, whose reader is parked while it waits. */
final class ParkLink implements Link {

  private final Seat mine;
  private final Seat theirs;

  ParkLink(Seat mine, Seat theirs) {
    this.mine = mine;
    this.theirs = theirs;
  }

  /** Where the turn of one player is put. */
  static final class Seat {

    private static final int NONE = 0;

    private volatile int turn = NONE;
    private volatile @Nullable Thread owner;

    /** Makes the calling thread the one that is unparked. */
    void sit() {
      owner = Thread.currentThread();
    }
  }

  @Override
  public void give(int turn) {
    theirs.turn = turn;
    LockSupport.unpark(theirs.owner);
  }

  @Override
  public int take() {
    // The other player may have unparked us while we waited for an order: the permit is spent then,
    // so that the turn alone decides. A player alone still has its permit, and pays for the call.
    if (mine == theirs) {
      LockSupport.park(mine);
    }
    while (mine.turn == Seat.NONE) {
      LockSupport.park(mine);
    }
    int turn = mine.turn;
    mine.turn = Seat.NONE;
    return turn;
  }
}
