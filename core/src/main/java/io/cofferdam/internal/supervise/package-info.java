/**
 * Worker processes seen from the application: spawning, the link that drives one worker, restart
 * policy, and the one path of every death.
 */
@NullMarked
package io.cofferdam.internal.supervise;

import org.jspecify.annotations.NullMarked;
