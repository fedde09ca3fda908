/** The command that compares architectures: what it is made of, in which order. */
@NullMarked
package io.cofferdam.benchmarks.architecture;

import org.jspecify.annotations.NullMarked;
