/** Waiting, deadlines, cancels and the end of an executor. */
package io.cofferdam.functional.queue;
