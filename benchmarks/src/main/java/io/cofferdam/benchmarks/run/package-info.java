/** What all commands share: their options, their rounds, and their database. */
@NullMarked
package io.cofferdam.benchmarks.run;

import org.jspecify.annotations.NullMarked;
