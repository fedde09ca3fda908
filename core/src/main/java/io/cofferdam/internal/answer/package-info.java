/** What callers are told: the messages of failures, and the reading of answers. */
@NullMarked
package io.cofferdam.internal.answer;

import org.jspecify.annotations.NullMarked;
