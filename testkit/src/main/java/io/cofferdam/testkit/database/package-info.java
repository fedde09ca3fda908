/**
 * Real database servers in processes of their own, which can be stopped and killed; databases in
 * them; and the SQL in which the products differ.
 */
@NullMarked
package io.cofferdam.testkit.database;

import org.jspecify.annotations.NullMarked;
