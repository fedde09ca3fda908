/**
 * Cofferdam's public API: a {@link io.cofferdam.TransactionExecutor} runs tasks over a JDBC
 * connection in isolated worker processes, one transaction each. Nothing here exposes {@code
 * io.cofferdam.internal}.
 */
@NullMarked
package io.cofferdam;

import org.jspecify.annotations.NullMarked;
