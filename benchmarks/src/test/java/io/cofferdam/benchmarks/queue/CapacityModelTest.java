package io.cofferdam.benchmarks.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.cofferdam.benchmarks.queue.CapacityModel.Costs;
import io.cofferdam.benchmarks.queue.CapacityModel.End;
import io.cofferdam.benchmarks.queue.CapacityModel.Machine;
import io.cofferdam.benchmarks.queue.CapacityModel.Worker;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The arithmetic of what is computed for other machines. */
class CapacityModelTest {

  private final CapacityModel model =
      new CapacityModel(
          new Machine(16, 10_000),
          new Worker(new Range(20, 40, 50), new Range(1, 1, 2), 3, 17, 6),
          new Costs(new Range(400, 500, 800), new Range(100, 300, 800), 8),
          Map.of(1_000, new Range(500, 1_000, 2_000), 100_000, new Range(1_500, 2_000, 4_000)),
          new Range(100, 200, 300),
          Range.of(1_000));

  @Test
  void countsSpares() {
    assertThat(model.workersMb(99)).isEqualTo(new Range(2_000, 4_000, 5_000));
    assertThat(model.linksMb(99)).isEqualTo(new Range(100, 100, 200));
    assertThat(model.threadsHere(48)).isEqualTo(149);
    assertThat(model.threadsThere(48)).isEqualTo(833);
    assertThat(model.descriptorsHere(48)).isEqualTo(294);
  }

  @Test
  void addsUpMemory() {
    assertThat(model.handlesMb(100_000)).isEqualTo(new Range(10, 20, 30));
    assertThat(model.queuedMb(100_000)).isEqualTo(Range.of(100));
    assertThat(model.allMb(99, 100_000)).isEqualTo(new Range(2_210, 4_220, 5_330));
  }

  @Test
  void fillsLimits() {
    Range workers = model.workersInMemory(100_000);

    assertThat(workers.low()).isCloseTo((10_000 - 130) / 52.0 - 1, within(1e-9));
    assertThat(workers.middle()).isCloseTo((10_000 - 120) / 41.0 - 1, within(1e-9));
    assertThat(workers.high()).isCloseTo((10_000 - 110) / 21.0 - 1, within(1e-9));
    assertThat(model.workersInThreads(2_002)).isEqualTo(99);
    assertThat(model.workersInDescriptors(606)).isEqualTo(100);
  }

  @Test
  void dividesProcessors() {
    assertThat(model.processorsBear()).isEqualTo(new Range(20_000, 32_000, 40_000));
    assertThat(model.processorsBearBoth()).isEqualTo(new Range(10_000, 20_000, 32_000));
  }

  @Test
  void letsWorkersWait() {
    assertThat(model.waitMicros(0.2)).isEqualTo(new Range(1_700, 1_900, 2_400));
    assertThat(model.workersBear(48, 0.2).middle()).isEqualTo(20_000);
    assertThat(model.workersNeeded(0.2).middle()).isCloseTo(16 * (1 + 3.8), within(1e-9));
  }

  @Test
  void findsTheQueueBetweenWhatWasMeasured() {
    assertThat(model.queueNanos(10).middle()).isEqualTo(1_000);
    assertThat(model.queueNanos(1_000).middle()).isEqualTo(1_000);
    assertThat(model.queueNanos(10_000).middle()).isCloseTo(1_500, within(1e-9));
    assertThat(model.queueNanos(1_000_000).middle()).isEqualTo(2_000);
    assertThat(model.lockBears(1_000)).isEqualTo(new Range(500_000, 1_000_000, 2_000_000));
    assertThat(model.queueShare(Range.of(20_000), 1_000).middle()).isCloseTo(0.02, within(1e-9));
  }

  @Test
  void tellsWhatEndsItFirst() {
    Range few = Range.of(1);
    Range many = Range.of(2);

    assertThat(CapacityModel.first(few, many, many)).isEqualTo(End.PROCESSORS);
    assertThat(CapacityModel.first(many, few, many)).isEqualTo(End.WORKERS);
    assertThat(CapacityModel.first(many, many, few)).isEqualTo(End.LOCK);
  }
}
