/** What happens in a pool: the one seam through which it is told, and what counts it. */
@NullMarked
package io.cofferdam.internal.stats;

import org.jspecify.annotations.NullMarked;
