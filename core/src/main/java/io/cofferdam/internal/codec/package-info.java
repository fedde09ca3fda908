/**
 * Tasks, results and exceptions to bytes and back. Tasks come from the trusted application; results
 * and failures come from a worker and are decoded as hostile. Needs the JDK only, since workers
 * load it.
 */
@NullMarked
package io.cofferdam.internal.codec;

import org.jspecify.annotations.NullMarked;
