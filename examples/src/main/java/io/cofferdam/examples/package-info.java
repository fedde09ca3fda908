/** Small programs to copy from. */
@NullMarked
package io.cofferdam.examples;

import org.jspecify.annotations.NullMarked;
