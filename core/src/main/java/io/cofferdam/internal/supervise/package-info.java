/**
 * Keeps the workers of a pool alive and gives them work: the supervisor, one link for each slot,
 * one generation for each process, and the restart policy.
 */
@NullMarked
package io.cofferdam.internal.supervise;

import org.jspecify.annotations.NullMarked;
