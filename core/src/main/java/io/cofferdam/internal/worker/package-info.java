/**
 * What runs in the child process: its main class, the task loop, the session, the parent watch.
 * Loads no Guava, Caffeine or Micrometer, so that a worker starts fast and stays small.
 */
@NullMarked
package io.cofferdam.internal.worker;

import org.jspecify.annotations.NullMarked;
