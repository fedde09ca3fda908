/**
 * What differs between databases. A {@link Dialect} hands it out in facets, each an interface with
 * an implementation per database. Used in the application and in workers; loads nothing beyond the
 * JDK.
 */
@NullMarked
package io.cofferdam.internal.dialect;

import org.jspecify.annotations.NullMarked;
