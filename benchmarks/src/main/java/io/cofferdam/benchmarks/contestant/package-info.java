/** Those that are compared: the ways in which a client gets to the database. */
@NullMarked
package io.cofferdam.benchmarks.contestant;

import org.jspecify.annotations.NullMarked;
