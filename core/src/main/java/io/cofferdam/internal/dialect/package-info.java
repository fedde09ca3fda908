/**
 * What differs between databases. Used in the application and in workers; loads nothing beyond the
 * JDK.
 */
@NullMarked
package io.cofferdam.internal.dialect;

import org.jspecify.annotations.NullMarked;
