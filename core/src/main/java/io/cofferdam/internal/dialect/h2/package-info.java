/** H2 behind its TCP server. */
@NullMarked
package io.cofferdam.internal.dialect.h2;

import org.jspecify.annotations.NullMarked;
