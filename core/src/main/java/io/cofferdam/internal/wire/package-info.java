/**
 * The frames and the channel between supervisor and worker. Depends on no other internal package.
 */
@NullMarked
package io.cofferdam.internal.wire;

import org.jspecify.annotations.NullMarked;
