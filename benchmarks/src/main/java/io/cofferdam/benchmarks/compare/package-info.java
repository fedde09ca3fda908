/** Ways to the same database compared under the same load, each in a process of its own. */
@NullMarked
package io.cofferdam.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
