/** PostgreSQL. */
@NullMarked
package io.cofferdam.internal.dialect.postgresql;

import org.jspecify.annotations.NullMarked;
