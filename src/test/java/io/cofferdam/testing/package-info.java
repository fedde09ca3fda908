/**
 * What the tests stand on beside the testkit: executors on the databases of a test JVM, and what
 * tasks and drivers do to their worker. Nothing here has a test's lambdas in it, so a worker never
 * initialises a server.
 */
@NullMarked
package io.cofferdam.testing;

import org.jspecify.annotations.NullMarked;
