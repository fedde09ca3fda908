/**
 * One task from its frame to its answer: begin, run, encode the result, commit or roll back, and
 * what is told of it.
 */
@NullMarked
package io.cofferdam.internal.worker.run;

import org.jspecify.annotations.NullMarked;
