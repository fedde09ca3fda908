/**
 * The public API behind its interfaces: executors, clients, futures, and the pool of workers that
 * serves them. Nothing names it but the builder.
 */
@NullMarked
package io.cofferdam.internal.executor;

import org.jspecify.annotations.NullMarked;
