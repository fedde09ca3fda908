/**
 * What the worker hears beside its tasks, and how it answers: control words, cancels, frames, and
 * the codes with which it ends itself.
 */
@NullMarked
package io.cofferdam.internal.worker.control;

import org.jspecify.annotations.NullMarked;
