package io.cofferdam.internal.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cofferdam.ExecutorSnapshot.ConcurrencyReason;
import io.cofferdam.internal.concurrency.ConcurrencyLimit.Others;
import io.cofferdam.internal.concurrency.SimulatedPool.Task;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The number of tasks at a time follows the load, in simulated pools with two processors. */
class AdaptiveConcurrencyTest {

  private static final int WORKERS = 6;
  private static final double PENALTY = 0.15;

  /** After how long it is known how many workers are enough. */
  private static final double LEARN_SECONDS = 10;

  private static Task computing(Random random) {
    return Task.computing(0.5).stretched(0.5 + random.nextDouble());
  }

  private static Task waiting(Random random) {
    return Task.waiting(15 + 10 * random.nextDouble());
  }

  private static Task blocking(Random unused) {
    return Task.waiting(60_000);
  }

  private final AdaptiveConcurrency limit = new AdaptiveConcurrency(0, WORKERS);

  private SimulatedPool pool(long seed) {
    return new SimulatedPool(limit, WORKERS, 2, PENALTY, seed);
  }

  /** Returns a pool of which two tasks at a time are the best, which has learned that. */
  private SimulatedPool learned(long seed) {
    SimulatedPool pool = pool(seed);
    pool.work(AdaptiveConcurrencyTest::computing);
    pool.clients(64);
    pool.run(LEARN_SECONDS);
    assertThat(limit.chosen()).isBetween(2, 3);
    return pool;
  }

  @Nested
  class OfASteadyLoad {

    private static final double LEAST_SHARE = 0.92;

    static Stream<Arguments> loads() {
      Function<Random, Task> computingAndWaiting =
          random -> new Task(nanos(0.3), nanos(0.5), -1, true).stretched(0.5 + random.nextDouble());
      Function<Random, Task> exponential =
          random -> Task.computing(-0.5 * Math.log(1 - random.nextDouble()));
      Function<Random, Task> tenLocks =
          random -> new Task(nanos(0.3), nanos(0.5), random.nextInt(10), true);
      Function<Random, Task> computing = AdaptiveConcurrencyTest::computing;
      Function<Random, Task> waiting = AdaptiveConcurrencyTest::waiting;
      return Stream.of(
          arguments("computing", WORKERS, 64, PENALTY, computing),
          arguments("computing, few clients", WORKERS, 8, PENALTY, computing),
          arguments("computing, no penalty", WORKERS, 64, 0.0, computing),
          arguments("computing, of any length", WORKERS, 64, PENALTY, exponential),
          arguments("computing, many workers", 48, 500, 0.05, computing),
          arguments("computing and waiting", WORKERS, 64, PENALTY, computingAndWaiting),
          arguments("waiting", WORKERS, 64, PENALTY, waiting),
          arguments("waiting, many workers", 48, 500, PENALTY, waiting),
          arguments(
              "a lock",
              WORKERS,
              64,
              PENALTY,
              (Function<Random, Task>) r -> Task.waiting(2).locking(0)),
          arguments("ten locks", WORKERS, 64, PENALTY, tenLocks));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("loads")
    void givesTheThroughputOfTheBestNumber(
        String load, int workers, int clients, double penalty, Function<Random, Task> work) {
      AdaptiveConcurrency adaptive = new AdaptiveConcurrency(0, workers);
      SimulatedPool pool = new SimulatedPool(adaptive, workers, 2, penalty, 1);
      pool.work(work);
      pool.clients(clients);
      pool.run(LEARN_SECONDS);

      double throughput = pool.run(10);

      double best =
          fixed(workers)
              .mapToDouble(n -> fixed(n, workers, clients, penalty, work))
              .max()
              .orElseThrow();
      assertThat(throughput).as("against %s", best).isGreaterThan(LEAST_SHARE * best);
    }

    /** The rate of its windows differs by how many of the long ones there are in each. */
    @Test
    void inWhichOneInTenSleepsGivesAllButATenthOnAverage() {
      Function<Random, Task> work =
          random -> random.nextInt(10) == 0 ? Task.waiting(50) : computing(random);
      double best =
          fixed(WORKERS).mapToDouble(n -> fixed(n, WORKERS, 64, PENALTY, work)).max().orElseThrow();

      double mean =
          IntStream.rangeClosed(1, 12)
              .mapToDouble(
                  seed -> {
                    SimulatedPool pool =
                        new SimulatedPool(
                            new AdaptiveConcurrency(0, WORKERS), WORKERS, 2, PENALTY, seed);
                    pool.work(work);
                    pool.clients(64);
                    pool.run(LEARN_SECONDS);
                    return pool.run(10);
                  })
              .average()
              .orElseThrow();

      assertThat(mean).as("against %s", best).isGreaterThan(0.9 * best);
    }

    private static IntStream fixed(int workers) {
      return IntStream.of(1, 2, 3, 4, 6, 8, 16, 48).filter(number -> number <= workers);
    }

    private static double fixed(
        int number, int workers, int clients, double penalty, Function<Random, Task> work) {
      SimulatedPool pool = new SimulatedPool(new FixedConcurrency(number), workers, 2, penalty, 1);
      pool.work(work);
      pool.clients(clients);
      pool.run(1);
      return pool.run(10);
    }

    @Test
    void thatComputesIsAboutTheProcessors() {
      SimulatedPool pool = learned(1);

      double mean =
          DoubleStream.generate(
                  () -> {
                    pool.run(0.5);
                    return limit.chosen();
                  })
              .limit(20)
              .average()
              .orElseThrow();

      assertThat(mean).isBetween(1.5, 2.5);
      assertThat(limit.reason())
          .isIn(ConcurrencyReason.FEWER_ARE_ENOUGH, ConcurrencyReason.MORE_DO_MORE);
    }

    @Test
    void thatWaitsIsAllWorkersFromTheBeginning() {
      SimulatedPool pool = pool(1);
      pool.work(AdaptiveConcurrencyTest::waiting);
      pool.clients(64);
      pool.run(20);

      assertThat(limit.chosen()).isEqualTo(WORKERS);
      assertThat(limit.reason()).isEqualTo(ConcurrencyReason.ALL_WORKERS);
    }

    @Test
    void isTheSameWhetherTheMachineBecomesSlowerAndFasterMeanwhile() {
      SimulatedPool pool = learned(1);
      pool.work(random -> computing(random).stretched(1.5 + Math.sin(pool.seconds() * 0.7)));

      double mean =
          DoubleStream.generate(
                  () -> {
                    pool.run(0.5);
                    return limit.chosen();
                  })
              .limit(60)
              .average()
              .orElseThrow();

      assertThat(mean).isBetween(1.2, 3.5);
    }
  }

  /** The rate of two neighbouring windows differs by a fifth and more, at the same number. */
  @Nested
  class OnAMachineThatOthersUse {

    private static final int STEPS = 2_400;
    private static final double STEP_SECONDS = 0.025;
    private static final double SMALL_PENALTY = 0.07;

    /** What was seen in a minute: tasks done, and the share of time for each limit. */
    private record Minute(double done, double[] shares) {}

    private static Minute minute(ConcurrencyLimit limit, Task task, boolean breaks, long seed) {
      SimulatedPool pool = new SimulatedPool(limit, WORKERS, 2, SMALL_PENALTY, seed);
      Weather weather = new Weather(seed + 100);
      pool.work(
          random ->
              task.stretched((0.5 + random.nextDouble()) * weather.slownessAt(pool.seconds())));
      pool.clients(64);
      pool.run(LEARN_SECONDS);
      double done = 0;
      double[] shares = new double[WORKERS + 1];
      for (int step = 0; step < STEPS; step++) {
        if (breaks && step % (3 / STEP_SECONDS) == 0) {
          pool.clients(0);
          pool.run(12);
          pool.clients(64);
        }
        done += pool.run(STEP_SECONDS) * STEP_SECONDS;
        shares[limit.limit()] += 1.0 / STEPS;
      }
      return new Minute(done, shares);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void tasksThatComputeAreSpentAtTheBestNumber(int seed) {
      Task task = Task.computing(0.8);
      Minute minute = minute(new AdaptiveConcurrency(0, WORKERS), task, false, seed);

      assertThat(minute.shares[2]).isGreaterThan(0.75);
      assertThat(minute.shares[WORKERS]).isLessThan(0.03);
      assertThat(minute.done)
          .isGreaterThan(0.96 * minute(new FixedConcurrency(2), task, false, seed).done);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void tasksThatComputeForThreeSecondsAtATimeAreToo(int seed) {
      Task task = Task.computing(0.8);
      Minute minute = minute(new AdaptiveConcurrency(0, WORKERS), task, true, seed);

      assertThat(minute.shares[2]).isGreaterThan(0.75);
      assertThat(minute.shares[WORKERS]).isLessThan(0.03);
      assertThat(minute.done)
          .isGreaterThan(0.96 * minute(new FixedConcurrency(2), task, true, seed).done);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void tasksThatWaitHaveAllWorkers(int seed) {
      Task task = Task.waiting(5);
      Minute minute = minute(new AdaptiveConcurrency(0, WORKERS), task, false, seed);

      assertThat(minute.shares[WORKERS]).isGreaterThan(0.85);
      assertThat(minute.done)
          .isGreaterThan(0.97 * minute(new FixedConcurrency(WORKERS), task, false, seed).done);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void tasksThatWaitAndComputeLoseNothingAgainstAllWorkers(int seed) {
      Task task = new Task(nanos(0.5), nanos(0.5), -1, true);
      Minute minute = minute(new AdaptiveConcurrency(0, WORKERS), task, false, seed);

      assertThat(minute.done)
          .isGreaterThan(0.93 * minute(new FixedConcurrency(WORKERS), task, false, seed).done);
    }

    @Test
    void aStandstillOfAllIsNotTakenForTasksThatWait() {
      SimulatedPool pool = learned(1);
      double begin = pool.seconds();
      int before = limit.chosen();
      pool.work(random -> computing(random).stretched(pool.seconds() < begin + 0.04 ? 20 : 1));

      pool.run(2);

      assertThat(limit.reason()).isNotEqualTo(ConcurrencyReason.TASKS_TAKE_LONGER);
      assertThat(limit.chosen()).isLessThanOrEqualTo(before + 1);
    }
  }

  @Nested
  class AfterAChange {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void toTasksThatWaitIsAllWorkersWithinASecond(int seed) {
      SimulatedPool pool = learned(seed);

      pool.work(AdaptiveConcurrencyTest::waiting);

      assertThat(pool.secondsUntil(WORKERS, 5)).isLessThan(1);
      pool.run(5);
      assertThat(limit.chosen()).isEqualTo(WORKERS);
    }

    /**
     * Each of them is overdue for a moment, and another one has its place before it ends. The
     * change comes while tasks that run by an old limit are waited for.
     */
    @ParameterizedTest
    @ValueSource(doubles = {50.2, 51, 55, 70})
    void toTasksThatEndWhenTheyAreOverdueIsAllWorkersWithinSeconds(double millis) {
      for (int seed = 1; seed <= 10; seed++) {
        AdaptiveConcurrency adaptive = new AdaptiveConcurrency(0, WORKERS);
        SimulatedPool pool = new SimulatedPool(adaptive, WORKERS, 2, PENALTY, seed);
        pool.work(AdaptiveConcurrencyTest::computing);
        pool.clients(64);
        pool.run(LEARN_SECONDS);
        for (int before = adaptive.limit(); before == adaptive.limit(); ) {
          pool.run(0.0001);
        }

        pool.work(random -> Task.waiting(millis));

        assertThat(pool.secondsUntil(WORKERS, 10)).as("seed %d", seed).isLessThan(3);
        pool.run(5);
        assertThat(adaptive.chosen()).as("seed %d", seed).isEqualTo(WORKERS);
      }
    }

    @Test
    void toTasksThatWaitAsLongAsTheOldOnesComputedIsAllWorkers() {
      SimulatedPool pool = learned(1);

      pool.work(random -> Task.waiting(0.5));

      pool.run(5);
      assertThat(limit.chosen()).isEqualTo(WORKERS);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void toTasksThatAllBlockGivesEachWorkerOneWithinASecond(int seed) {
      SimulatedPool pool = learned(seed);

      pool.work(AdaptiveConcurrencyTest::blocking);
      pool.run(1);

      assertThat(pool.running()).isEqualTo(WORKERS);
      assertThat(limit.reason()).isEqualTo(ConcurrencyReason.TASKS_TAKE_LONGER);
    }

    @Test
    void toTasksThatComputeIsFewerAgain() {
      SimulatedPool pool = pool(1);
      pool.work(AdaptiveConcurrencyTest::waiting);
      pool.clients(64);
      pool.run(20);

      pool.work(AdaptiveConcurrencyTest::computing);
      pool.run(10);

      assertThat(limit.chosen()).isLessThanOrEqualTo(3);
    }

    @Test
    void toTasksThatAllFailIsNothing() {
      SimulatedPool pool = learned(1);
      int before = limit.chosen();

      pool.work(random -> computing(random).failing());
      pool.run(20);

      assertThat(limit.chosen()).isEqualTo(before);
      pool.work(AdaptiveConcurrencyTest::computing);
      assertThat(pool.run(10)).isGreaterThan(3_600);
    }

    @Test
    void toNothingIsNothing() {
      SimulatedPool pool = learned(1);
      int before = limit.chosen();

      pool.clients(0);
      pool.run(60);

      assertThat(limit.chosen()).isEqualTo(before);
    }

    @Test
    void toAnotherNumberOfWorkersBeginsAnew() {
      SimulatedPool pool = learned(1);

      limit.resize((long) (pool.seconds() * 1e9), 12);

      assertThat(limit.chosen()).isEqualTo(12);
      assertThat(limit.reason()).isEqualTo(ConcurrencyReason.ALL_WORKERS);
    }
  }

  @Nested
  class WithLittleToDo {

    @Test
    void fewTasksWaitThatNeedNot() {
      SimulatedPool pool = learned(1);
      pool.clients(0);
      pool.run(1);
      pool.work(random -> Task.waiting(2));
      pool.arrivalsPerSecond(900);
      pool.run(10);

      double population = pool.runAndGetPopulation(10);

      SimulatedPool all = new SimulatedPool(new FixedConcurrency(WORKERS), WORKERS, 2, PENALTY, 2);
      all.work(random -> Task.waiting(2));
      all.arrivalsPerSecond(900);
      assertThat(population).isLessThan(1.5 * all.runAndGetPopulation(10));
    }

    @Test
    void nothingIsLearnedFromIt() {
      SimulatedPool pool = pool(1);
      pool.work(AdaptiveConcurrencyTest::computing);
      pool.clients(2);

      pool.run(60);

      assertThat(limit.reason()).isEqualTo(ConcurrencyReason.ALL_WORKERS);
    }
  }

  @Nested
  class AStuckTask {

    @Test
    void takesNothingFromTheOthers() {
      SimulatedPool pool = learned(1);
      double before = pool.run(5);
      int[] given = {0};
      pool.work(random -> given[0]++ == 0 ? blocking(random) : computing(random));

      assertThat(pool.run(5)).isGreaterThan(0.85 * before);
    }
  }

  @Test
  void isNeverLessThanOneNorMoreThanTheWorkers() {
    Random random = new Random(1);
    long now = 0;
    for (int i = 0; i < 200_000; i++) {
      long took = (long) Math.exp(22 * random.nextDouble());
      now += took / 2;
      limit.completed(
          now,
          took,
          random.nextBoolean(),
          new Others(random.nextInt(WORKERS), random.nextInt(3), random.nextInt(5)));
      if (random.nextInt(100) == 0) {
        limit.overdue(now, random.nextInt(WORKERS));
      }
      assertThat(limit.limit()).isBetween(1, WORKERS);
      assertThat(limit.overdueNanos()).isPositive();
    }
  }

  private static long nanos(double millis) {
    return SimulatedPool.nanos(millis);
  }
}
