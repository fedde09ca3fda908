/** The blast radius: what one transaction that goes wrong takes from the clients of the others. */
@NullMarked
package io.cofferdam.benchmarks.blast;

import org.jspecify.annotations.NullMarked;
