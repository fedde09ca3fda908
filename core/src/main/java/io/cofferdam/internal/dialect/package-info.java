/**
 * What differs between databases. A {@link Dialect} hands it out in facets, which are the
 * interfaces here; each database implements them in a package of its own. Used in the application
 * and in workers; loads nothing beyond the JDK.
 */
@NullMarked
package io.cofferdam.internal.dialect;

import org.jspecify.annotations.NullMarked;
