package io.cofferdam.internal.config;

/** The settings of one executor, checked. */
public record ExecutorConfig(
    String name,
    Database database,
    Tracking tracking,
    PoolSize size,
    TimeLimits limits,
    WorkerJvm workerJvm,
    TaskRules rules) {

  /** Names the executor without its credentials. */
  @Override
  public String toString() {
    return "ExecutorConfig[" + name + ", " + size.workers() + " workers]";
  }
}
