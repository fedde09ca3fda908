package io.cofferdam.benchmarks.switches;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The links of one player, opened when they are used first. Used by that player only. */
final class Links {

  private final Path fifos;
  private final Side side;
  private final ParkLink.Seat mine;
  private final ParkLink.Seat theirs;
  private final Map<Mechanism, Link> toOther = new HashMap<>();
  private final Map<Mechanism, Link> toItself = new HashMap<>();

  /**
   * @param fifos the directory of the FIFOs
   * @param side the side of the player
   * @param mine where its turn is put
   * @param theirs where the turn of the other player of this process is put
   */
  Links(Path fifos, Side side, ParkLink.Seat mine, ParkLink.Seat theirs) {
    this.fifos = fifos;
    this.side = side;
    this.mine = mine;
    this.theirs = theirs;
  }

  /** Makes the calling thread that of the player. */
  void sit() {
    mine.sit();
  }

  /** Returns the link to the other player; waits until that one opens it, too. */
  Link toOther(Mechanism mechanism) throws IOException {
    Link link = toOther.get(mechanism);
    if (link == null) {
      link =
          switch (mechanism) {
            case PIPE -> PipeLink.open(fifos, side);
            case PARK -> new ParkLink(mine, theirs);
          };
      toOther.put(mechanism, link);
    }
    return link;
  }

  /** Returns a link that ends where it begins. */
  Link toItself(Mechanism mechanism) throws IOException {
    Link link = toItself.get(mechanism);
    if (link == null) {
      link =
          switch (mechanism) {
            case PIPE -> PipeLink.toItself(fifos);
            case PARK -> new ParkLink(mine, mine);
          };
      toItself.put(mechanism, link);
    }
    return link;
  }
}
