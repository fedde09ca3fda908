/**
 * How text that others wrote is shown: what a worker sent, escaped and cut; what may hold a secret,
 * without it; and which characters names and options may not have. Needs the JDK only.
 */
@NullMarked
package io.cofferdam.internal.text;

import org.jspecify.annotations.NullMarked;
