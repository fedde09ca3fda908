/** The start of an executor and of its workers, and what they take over from the application. */
package io.cofferdam.functional.start;
