package io.cofferdam.internal.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TaskIdsTest {

  private static final long BUILT = 1_750_000_000_123L;

  private final TaskIds ids = new TaskIds(BUILT, new SecureRandom());

  @Test
  void areVersion7Uuids() {
    for (int i = 0; i < 100; i++) {
      UUID id = new TaskIds(BUILT, new SecureRandom()).next();
      assertThat(id.version()).isEqualTo(7);
      assertThat(id.variant()).isEqualTo(2);
    }
  }

  @Test
  void holdTheTimeAtWhichTheExecutorWasBuilt() {
    assertThat(ids.next().getMostSignificantBits() >>> 16).isEqualTo(BUILT);
  }

  @Test
  void areInOrder() {
    List<UUID> given = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      given.add(ids.next());
    }

    assertThat(given).isSorted().doesNotHaveDuplicates();
    assertThat(given).isSortedAccordingTo(Comparator.comparing(UUID::toString));
  }

  @Test
  void areUniqueWhoeverAsks() {
    Set<UUID> given = ConcurrentHashMap.newKeySet();

    IntStream.range(0, 50_000).parallel().forEach(i -> given.add(ids.next()));

    assertThat(given).hasSize(50_000);
  }

  @Test
  void differBetweenExecutorsOfTheSameMillisecond() {
    Set<UUID> given = ConcurrentHashMap.newKeySet();
    for (int i = 0; i < 1_000; i++) {
      given.add(new TaskIds(BUILT, new SecureRandom()).next());
    }

    assertThat(given).hasSize(1_000);
  }
}
