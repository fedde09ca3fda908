/** How many workers a load needs: a sweep, near the database and behind a slow network. */
@NullMarked
package io.cofferdam.benchmarks.workers;

import org.jspecify.annotations.NullMarked;
