/** What stands behind the public API: the executor itself, its configuration and its metrics. */
@NullMarked
package io.cofferdam.internal;

import org.jspecify.annotations.NullMarked;
