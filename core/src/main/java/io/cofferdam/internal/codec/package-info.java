/** Tasks, results and exceptions to bytes and back. */
@NullMarked
package io.cofferdam.internal.codec;

import org.jspecify.annotations.NullMarked;
