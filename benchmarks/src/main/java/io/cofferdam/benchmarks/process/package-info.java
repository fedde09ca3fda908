/** Processes of the benchmarks: how they are started, and what they use up. */
@NullMarked
package io.cofferdam.benchmarks.process;

import org.jspecify.annotations.NullMarked;
