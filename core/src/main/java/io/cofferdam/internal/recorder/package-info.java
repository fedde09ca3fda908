/**
 * The flight recorder: a small memory-mapped file that only the worker writes and that survives its
 * death.
 */
@NullMarked
package io.cofferdam.internal.recorder;

import org.jspecify.annotations.NullMarked;
