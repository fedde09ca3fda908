/**
 * What becomes of the task of a dead worker: the finding from its flight recorder, and the
 * questions to the database.
 */
@NullMarked
package io.cofferdam.internal.settle;

import org.jspecify.annotations.NullMarked;
