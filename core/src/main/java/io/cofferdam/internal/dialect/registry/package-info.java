/** The dialects that there are, and which of them a database URL gets. */
@NullMarked
package io.cofferdam.internal.dialect.registry;

import org.jspecify.annotations.NullMarked;
