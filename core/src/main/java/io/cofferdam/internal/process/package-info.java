/**
 * Worker processes: their command line, their start, their output, their end, and who is let in.
 */
@NullMarked
package io.cofferdam.internal.process;

import org.jspecify.annotations.NullMarked;
