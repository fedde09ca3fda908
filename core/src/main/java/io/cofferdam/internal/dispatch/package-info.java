/** From submit to answer: the fair queue, the pending task, its deadline and its future. */
@NullMarked
package io.cofferdam.internal.dispatch;

import org.jspecify.annotations.NullMarked;
