/**
 * What the tests stand on: real database servers, real signals, and applications in JVMs of their
 * own. Nothing here has a test's lambdas in it, so a worker never initialises a server.
 */
@NullMarked
package io.cofferdam.testing;

import org.jspecify.annotations.NullMarked;
