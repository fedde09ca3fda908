/** What the caller of a task is told, and what its transaction has left in the database. */
package io.cofferdam.functional.outcome;
