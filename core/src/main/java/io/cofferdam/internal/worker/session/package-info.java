/**
 * The worker's database session and the transaction of a task in it: how a session is opened, what
 * one task changes of it, how it is made clean for the next one, and how it ends.
 */
@NullMarked
package io.cofferdam.internal.worker.session;

import org.jspecify.annotations.NullMarked;
