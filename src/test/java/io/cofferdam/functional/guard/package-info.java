/** What a task can do with its connection, and what is refused. */
package io.cofferdam.functional.guard;
