/**
 * The queue of a pool without its workers: what it bears, and what follows for machines that are
 * larger than this one. The queue is the real one. It is used through what is public in core, as a
 * pool uses it; only the workers are made up.
 */
@NullMarked
package io.cofferdam.benchmarks.queue;

import org.jspecify.annotations.NullMarked;
