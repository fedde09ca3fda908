/** The places in the life of a worker where a test can make it fail. Depends on the JDK alone. */
@NullMarked
package io.cofferdam.internal.worker.failpoint;

import org.jspecify.annotations.NullMarked;
