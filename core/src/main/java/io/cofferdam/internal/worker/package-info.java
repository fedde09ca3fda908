/**
 * What runs in the child process: its main class, and the loop that takes tasks and questions,
 * answers, and makes ready for the next one. Loads no Guava, Caffeine or Micrometer, so that a
 * worker starts fast and stays small.
 */
@NullMarked
package io.cofferdam.internal.worker;

import org.jspecify.annotations.NullMarked;
