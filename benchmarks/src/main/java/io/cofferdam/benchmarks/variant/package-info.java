/** Which Cofferdam is measured: its core, and the settings of its executor. */
@NullMarked
package io.cofferdam.benchmarks.variant;

import org.jspecify.annotations.NullMarked;
