/**
 * How many workers are given tasks at a time. Pure logic, which is told the time and what has
 * happened, and says a number.
 */
@NullMarked
package io.cofferdam.internal.concurrency;

import org.jspecify.annotations.NullMarked;
