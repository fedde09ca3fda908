/** What a connection takes in a database server, where it is a process or a thread. */
@NullMarked
package io.cofferdam.benchmarks.connections;

import org.jspecify.annotations.NullMarked;
