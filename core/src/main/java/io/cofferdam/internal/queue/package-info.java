/**
 * Where tasks wait: fair over clients, held behind their key or until a time; and where each
 * attempt ends.
 */
@NullMarked
package io.cofferdam.internal.queue;

import org.jspecify.annotations.NullMarked;
