package io.cofferdam.internal.queue;

import io.cofferdam.internal.task.Work;
import java.util.ArrayList;
import java.util.List;

/** Keeps what was handed over to it. */
final class FakeTaker implements Taker {

  final List<Work> handed = new ArrayList<>();
  private final Place place;

  FakeTaker(FairQueue queue) {
    place = queue.newPlace();
  }

  @Override
  public Place place() {
    return place;
  }

  @Override
  public void handOver(Work work) {
    handed.add(work);
  }
}
