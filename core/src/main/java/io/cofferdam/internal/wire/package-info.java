/** The frames and the channel between supervisor and worker. Depends on the settings alone. */
@NullMarked
package io.cofferdam.internal.wire;

import org.jspecify.annotations.NullMarked;
