/**
 * The processes of an application, seen and ended from outside: its workers, signals to them, and
 * whole applications in JVMs of their own.
 */
@NullMarked
package io.cofferdam.testkit.process;

import org.jspecify.annotations.NullMarked;
