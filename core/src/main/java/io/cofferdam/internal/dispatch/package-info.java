/**
 * From submit to answer: the fair queue, the pending task, its deadline and its future, and the
 * results that are kept for duplicates.
 */
@NullMarked
package io.cofferdam.internal.dispatch;

import org.jspecify.annotations.NullMarked;
