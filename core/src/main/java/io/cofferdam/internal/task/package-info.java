/** What is to be done: tasks, questions, their answers, and why they are stopped. */
@NullMarked
package io.cofferdam.internal.task;

import org.jspecify.annotations.NullMarked;
