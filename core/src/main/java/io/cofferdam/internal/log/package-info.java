/** The logger of the application, which may fail, and how often something is logged. */
@NullMarked
package io.cofferdam.internal.log;

import org.jspecify.annotations.NullMarked;
