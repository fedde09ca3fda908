package io.cofferdam.internal.config;

import io.cofferdam.Concurrency;
import io.cofferdam.SessionHygiene;
import io.cofferdam.WorkerProfile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Configurations that differ in what a test is about. */
public final class ExecutorConfigs {

  private ExecutorConfigs() {}

  public static ExecutorConfig withMemory(int workers, int warmSpares, long workerMaxHeap) {
    return config(workers, warmSpares, workerMaxHeap, List.of(), null, Map.of());
  }

  public static ExecutorConfig withClassPath(@Nullable List<Path> classPath) {
    return config(2, 1, 64 << 20, List.of(), classPath, Map.of());
  }

  public static ExecutorConfig withJvmArgs(String... args) {
    return config(2, 1, 64 << 20, List.of(args), null, Map.of());
  }

  public static ExecutorConfig withEnvironment(Map<String, String> environment) {
    return config(2, 1, 64 << 20, List.of(), null, environment);
  }

  private static ExecutorConfig config(
      int workers,
      int warmSpares,
      long workerMaxHeap,
      List<String> jvmArgs,
      @Nullable List<Path> classPath,
      Map<String, String> environment) {
    return new ExecutorConfig(
        "bank",
        new Database(
            "jdbc:postgresql://localhost/bank", "bank", "s3cret", Map.of(), SessionHygiene.FAST),
        new Tracking.None(),
        new PoolSize(workers, Concurrency.ADAPTIVE, warmSpares, 100, 10),
        new TimeLimits(
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(2)),
        new WorkerJvm(
            workerMaxHeap,
            WorkerProfile.BALANCED,
            jvmArgs,
            Path.of(System.getProperty("java.home")),
            classPath,
            environment,
            null),
        new TaskRules(List.of(), List.of()));
  }
}
