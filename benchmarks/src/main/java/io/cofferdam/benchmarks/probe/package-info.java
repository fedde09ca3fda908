/** What happens once in a while: starting, dying, and what is held meanwhile. */
@NullMarked
package io.cofferdam.benchmarks.probe;

import org.jspecify.annotations.NullMarked;
