package io.cofferdam.internal.config;

import java.time.Duration;

/**
 * How long things may take.
 *
 * @param timeout a task, from its admission to its answer, if its options say nothing else
 * @param startup a worker, to start and for each attempt to connect
 * @param shutdown the open tasks, when the executor is closed
 * @param killGrace a task that was cancelled, before its worker is killed
 */
public record TimeLimits(
    Duration timeout, Duration startup, Duration shutdown, Duration killGrace) {}
