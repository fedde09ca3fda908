/** What all commands share: their options, rounds, database and executors. */
@NullMarked
package io.cofferdam.benchmarks.run;

import org.jspecify.annotations.NullMarked;
