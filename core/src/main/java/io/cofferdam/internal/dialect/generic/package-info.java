/**
 * A database that is not known: what JDBC and standard SQL promise. The dialects of the other
 * databases build on it.
 */
@NullMarked
package io.cofferdam.internal.dialect.generic;

import org.jspecify.annotations.NullMarked;
