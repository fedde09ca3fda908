package io.cofferdam.internal.worker.session;

/**
 * What became of a session whose connection was lost.
 *
 * @param gone whether it is known to be gone
 * @param mayKeepRows whether its transaction may have left rows behind; true unless that is ruled
 *     out
 */
public record LostSession(boolean gone, boolean mayKeepRows) {}
