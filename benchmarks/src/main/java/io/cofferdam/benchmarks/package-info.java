/** What isolation costs: measurements of Cofferdam beside the least that its transport can cost. */
@NullMarked
package io.cofferdam.benchmarks;

import org.jspecify.annotations.NullMarked;
