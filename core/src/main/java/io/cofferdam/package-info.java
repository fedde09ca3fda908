/**
 * Cofferdam's public API: a {@link io.cofferdam.TransactionExecutor} runs tasks over a JDBC
 * connection in isolated worker processes, one transaction each. Nothing here exposes {@code
 * io.cofferdam.internal}. A result is there to be used, unless its method says that it may be
 * ignored.
 */
@CheckReturnValue
@NullMarked
package io.cofferdam;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
