package io.cofferdam.internal;

import io.cofferdam.OutcomeTracking;
import io.cofferdam.SessionHygiene;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Configurations that differ in what a test is about. */
public final class ExecutorConfigs {

  private ExecutorConfigs() {}

  public static ExecutorConfig withMemory(int workers, int warmSpares, long workerMaxHeap) {
    return config(workers, warmSpares, workerMaxHeap, List.of(), null, Map.of(), null);
  }

  public static ExecutorConfig withRegistry(@Nullable MeterRegistry registry) {
    return config(2, 1, 64 << 20, List.of(), null, Map.of(), registry);
  }

  public static ExecutorConfig withClassPath(@Nullable List<Path> classPath) {
    return config(2, 1, 64 << 20, List.of(), classPath, Map.of(), null);
  }

  public static ExecutorConfig withJvmArgs(String... args) {
    return config(2, 1, 64 << 20, List.of(args), null, Map.of(), null);
  }

  public static ExecutorConfig withEnvironment(Map<String, String> environment) {
    return config(2, 1, 64 << 20, List.of(), null, environment, null);
  }

  private static ExecutorConfig config(
      int workers,
      int warmSpares,
      long workerMaxHeap,
      List<String> jvmArgs,
      @Nullable List<Path> classPath,
      Map<String, String> environment,
      @Nullable MeterRegistry registry) {
    return new ExecutorConfig(
        "bank",
        "jdbc:postgresql://localhost/bank",
        "bank",
        "s3cret",
        Map.of(),
        workers,
        warmSpares,
        Duration.ofSeconds(30),
        100,
        10,
        workerMaxHeap,
        jvmArgs,
        Path.of(System.getProperty("java.home")),
        classPath,
        environment,
        List.of(),
        Duration.ofSeconds(30),
        Duration.ofSeconds(30),
        Duration.ofSeconds(2),
        OutcomeTracking.NONE,
        "cofferdam_outcome",
        Duration.ofDays(1),
        SessionHygiene.FAST,
        registry,
        List.of());
  }
}
