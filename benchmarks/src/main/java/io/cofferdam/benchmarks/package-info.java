/** What isolation costs: one program with a command for each kind of measurement. */
@NullMarked
package io.cofferdam.benchmarks;

import org.jspecify.annotations.NullMarked;
