/**
 * How a transaction is committed so that its outcome can be found out, and how that is done: the
 * strategies of tracking, the plan of a commit, the ledger, and the answers to questions about
 * other workers.
 */
@NullMarked
package io.cofferdam.internal.worker.outcome;

import org.jspecify.annotations.NullMarked;
