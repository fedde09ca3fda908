/** What was measured, what follows from it, and the files that say so: knows no benchmark. */
@NullMarked
package io.cofferdam.benchmarks.report;

import org.jspecify.annotations.NullMarked;
