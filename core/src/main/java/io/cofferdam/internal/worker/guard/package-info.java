/**
 * What stands between a task and the JDBC driver: proxies for the connection and for every object
 * reached from it, rules for each of their methods, the gate that each call passes, and what the
 * calls have done to the session. Knows the transaction by {@link
 * io.cofferdam.internal.worker.guard.GuardedTransaction} alone.
 */
@NullMarked
package io.cofferdam.internal.worker.guard;

import org.jspecify.annotations.NullMarked;
