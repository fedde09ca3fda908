/** A process with a connection of its own for each client: what it reaches and takes. */
@NullMarked
package io.cofferdam.benchmarks.processes;

import org.jspecify.annotations.NullMarked;
