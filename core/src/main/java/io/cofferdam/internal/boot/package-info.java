/**
 * What the application and its workers know of each other before they are connected: the program
 * that is started, and the class path that both must see alike. Depends on no other internal
 * package.
 */
@NullMarked
package io.cofferdam.internal.boot;

import org.jspecify.annotations.NullMarked;
