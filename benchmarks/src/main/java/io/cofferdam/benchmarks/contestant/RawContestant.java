package io.cofferdam.benchmarks.contestant;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Threads with a raw link each; there are as many of them as links. It runs no transaction. */
final class RawContestant implements Contestant {

  private final List<RawLink> links = new ArrayList<>();

  RawContestant(int links) throws IOException {
    for (int i = 0; i < links; i++) {
      this.links.add(RawLink.open());
    }
  }

  @Override
  public BlockingClient client(int number) {
    RawLink link = links.get(number);
    return transaction -> link.roundTrip();
  }

  @Override
  public void close() {
    for (RawLink link : links) {
      try {
        link.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
