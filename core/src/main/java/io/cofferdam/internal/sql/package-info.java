/**
 * Reads SQL texts, as servers and drivers do, and judges what each may do to a transaction and to
 * its session. What differs between databases comes in as {@link SqlRules}; loads nothing beyond
 * the JDK.
 */
@NullMarked
package io.cofferdam.internal.sql;

import org.jspecify.annotations.NullMarked;
