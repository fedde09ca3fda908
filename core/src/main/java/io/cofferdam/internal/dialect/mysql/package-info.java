/** MySQL and MariaDB. */
@NullMarked
package io.cofferdam.internal.dialect.mysql;

import org.jspecify.annotations.NullMarked;
