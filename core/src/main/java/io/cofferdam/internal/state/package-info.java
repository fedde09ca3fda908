/** What can be said of a session and of a transaction by somebody else, who asks the database. */
@NullMarked
package io.cofferdam.internal.state;

import org.jspecify.annotations.NullMarked;
