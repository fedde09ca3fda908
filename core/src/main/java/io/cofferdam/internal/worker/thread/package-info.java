/**
 * The thread that runs tasks, and what a task may leave behind in it and in its JVM. Knows nothing
 * of databases but which threads are the driver's.
 */
@NullMarked
package io.cofferdam.internal.worker.thread;

import org.jspecify.annotations.NullMarked;
