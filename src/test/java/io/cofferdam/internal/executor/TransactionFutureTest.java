package io.cofferdam.internal.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cofferdam.Outcome;
import io.cofferdam.TransactionCancelledException;
import io.cofferdam.TransactionException.Details;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TransactionFutureTest {

  private final TransactionFuture<String> future = new TransactionFuture<>();

  private static TransactionCancelledException cancelled() {
    return new TransactionCancelledException(
        "it never started", Details.of(Outcome.NOT_STARTED), null);
  }

  static List<Consumer<CompletableFuture<String>>> lies() {
    return List.of(
        future -> future.complete("x"),
        future -> future.completeExceptionally(new IllegalStateException()),
        future -> future.completeAsync(() -> "x"),
        future -> future.completeAsync(() -> "x", Runnable::run),
        future -> future.obtrudeValue("x"),
        future -> future.obtrudeException(new IllegalStateException()),
        future -> future.orTimeout(1, TimeUnit.NANOSECONDS),
        future -> future.completeOnTimeout("x", 1, TimeUnit.NANOSECONDS));
  }

  @Nested
  class WhatWouldLie {

    @ParameterizedTest
    @MethodSource("io.cofferdam.internal.executor.TransactionFutureTest#lies")
    void isRefused(Consumer<CompletableFuture<String>> lie) {
      assertThatThrownBy(() -> lie.accept(future))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("TransactionOptions")
          .hasMessageContaining("copy()");
      assertThat(future).isNotDone();
    }

    @ParameterizedTest
    @MethodSource("io.cofferdam.internal.executor.TransactionFutureTest#lies")
    void isTheCallersBusinessOnADerivedFuture(Consumer<CompletableFuture<String>> own) {
      CompletableFuture<String> copy = future.copy();

      own.accept(copy);

      assertThat(future).isNotDone();
    }
  }

  @Nested
  class Settling {

    @Test
    void givesTheResult() {
      future.settle("done");

      assertThat(future).isCompletedWithValue("done");
    }

    @Test
    void givesTheException() {
      IllegalStateException failure = new IllegalStateException("no");
      future.settleExceptionally(failure);

      assertThatThrownBy(future::get).isInstanceOf(ExecutionException.class).hasCause(failure);
      assertThatThrownBy(future::join).isInstanceOf(CompletionException.class).hasCause(failure);
      assertThat(future).isNotCancelled();
    }

    @Test
    void happensOnce() {
      future.settle("done");
      future.settle("again");
      future.settleExceptionally(new IllegalStateException());

      assertThat(future).isCompletedWithValue("done");
    }

    @Test
    void completesDerivedFutures() {
      CompletableFuture<Integer> length = future.thenApply(String::length);
      assertThat(length).isNotInstanceOf(TransactionFuture.class);

      future.settle("done");

      assertThat(length).isCompletedWithValue(4);
    }
  }

  @Nested
  class Cancelling {

    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void isTrueWhenTheTaskWasStillQueued() {
      future.onCancel(
          () -> {
            future.settleCancelled(cancelled());
            return true;
          });

      assertThat(future.cancel(true)).isTrue();

      assertThat(future).isCancelled();
      assertThat(Outcome.of(catchThrowable(future::get))).isEqualTo(Outcome.NOT_STARTED);
      assertThat(Outcome.of(catchThrowable(future::join))).isEqualTo(Outcome.NOT_STARTED);
      assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
    }

    @Test
    void isFalseForARunningTaskWhichTellsTheTruthLater() {
      future.onCancel(() -> asked.incrementAndGet() < 0);

      assertThat(future.cancel(true)).isFalse();
      assertThat(future).isNotDone();
      assertThat(asked).hasValue(1);

      future.settle("committed all the same");
      assertThat(future).isCompletedWithValue("committed all the same");
    }

    @Test
    void isFalseAndAsksNobodyWhenTheTaskIsAnswered() {
      future.onCancel(() -> asked.incrementAndGet() > 0);
      future.settle("done");

      assertThat(future.cancel(true)).isFalse();
      assertThat(asked).hasValue(0);
    }

    @Test
    void ofADerivedFutureDoesNotCancelTheTask() {
      future.onCancel(() -> asked.incrementAndGet() > 0);

      assertThat(future.thenApply(String::length).cancel(true)).isTrue();
      assertThat(future.copy().cancel(true)).isTrue();

      assertThat(asked).hasValue(0);
      assertThat(future).isNotDone();
    }

    @Test
    void tellsDerivedFuturesThatTheTaskNeverStarted() {
      CompletableFuture<Integer> derived = future.thenApply(String::length);

      future.settleCancelled(cancelled());

      assertThat(Outcome.of(catchThrowable(derived::join))).isEqualTo(Outcome.NOT_STARTED);
      assertThat(Outcome.of(catchThrowable(derived::get))).isEqualTo(Outcome.NOT_STARTED);
    }
  }
}
