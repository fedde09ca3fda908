/** What a context switch costs between threads and between processes, by a ping-pong. */
@NullMarked
package io.cofferdam.benchmarks.switches;

import org.jspecify.annotations.NullMarked;
